"""Bad tables of text: of the formats with columns of their own, and of `csv`, whose columns a mapping tells."""

from .bad_file import Bad, aside, refused
from .mutations import INCOMPRESSIBLE
from .seeds import (
    ADDRESS_HEAD,
    ADDRESS_ROW,
    BTS_HEAD,
    BTS_ROW,
    CBP_HEAD,
    CBP_ROW,
    DEATH,
    HEAD,
    MARINE_HEAD,
    MARINE_ROW,
    OFAC_HEAD,
    OFAC_ROW,
    PORTS_HEAD,
    PORTS_ROW,
    ROWS,
    VISITS_HEAD,
    VISITS_ROW,
    VSRR_HEAD,
    VSRR_ROW,
    WPI_HEAD,
    WPI_ROW,
    deaths,
    seed,
    table,
)

DRUGS = CBP_HEAD + CBP_ROW
FIXES = "mmsi,timestamp,lat,lon\n"
FIX = "366000001,2024-01-01T00:00:00Z,10.5,20.5\n"
ONE = ROWS[0]


def changed(at: int, value: str) -> tuple[str, ...]:
    """The first row with another value in one column."""
    return (*ONE[:at], value, *ONE[at + 1 :])


OWN: tuple[Bad, ...] = (
    refused(
        "other columns",
        "cbp-drugs",
        "a table of two columns",
        "a,b\n1,2\n",
        "drugs.csv: is not what it claims to be: missing columns ['FY', 'Month (abbv)', ",
        "; it has ['a', 'b']",
    ),
    refused(
        "only blank lines",
        "cbp-drugs",
        "two line breaks",
        "\n\n",
        "drugs.csv: is not what it claims to be: missing columns",
    ),
    refused(
        "a column twice",
        "cbp-drugs",
        "a header that names FY twice",
        CBP_HEAD.strip() + ",FY\n",
        "drugs.csv: columns stand twice in the header: ['FY']",
    ),
    refused(
        "a quote that is never closed",
        "cbp-drugs",
        "a quote before the second field of the third line",
        DRUGS + '2020,"OCT\n' + CBP_ROW * 3,
        "drugs.csv, the row that begins on line 3: not readable as a table: ",
        "a quote is opened and never closed",
    ),
    refused(
        "a quote within a field",
        "cbp-drugs",
        "a closing quote before a letter",
        DRUGS + '2020,"OC"T,a\n',
        "drugs.csv, line 3: not readable as a table: ",
        "after a closing quote",
    ),
    refused(
        "old line ends",
        "cbp-drugs",
        "carriage returns alone end the lines",
        DRUGS.replace("\n", "\r"),
        "drugs.csv, line 1: not readable as a table: ",
        "carriage return alone",
        "convert",
    ),
    refused(
        "too many columns",
        "cbp-drugs",
        "the header and 2,500 columns more",
        CBP_HEAD.strip() + "," + ",".join(map(str, range(2_500))) + "\n",
        "drugs.csv: has 2,509 columns; at most 2,000 can be read",
    ),
    aside(
        "a month that is none",
        "cbp-drugs",
        "XXX for a month",
        DRUGS + CBP_ROW.replace("OCT", "XXX"),
        (3, "Month (abbv)", "XXX", "is not a month as three letters"),
    ),
    aside(
        "rows that are too short and too long",
        "cbp-drugs",
        "two fields in a row, and ten in another",
        DRUGS + "2020,OCT\n" + CBP_ROW.strip() + ",x\n",
        (3, "", "2020,OCT", "2 fields where the header has 9"),
        (4, "", CBP_ROW.strip() + ",x", "10 fields where the header has 9"),
    ),
    aside(
        "numbers that are none",
        "cbp-drugs",
        "nan events, infinite and negative pounds",
        DRUGS + CBP_ROW.replace(",2,", ",nan,") + CBP_ROW.replace("10.5", "inf") + CBP_ROW.replace("10.5", "-1"),
        (3, "Count of Event", "nan", "is not a count"),
        (4, "Sum Qty (lbs)", "inf", "is not a weight"),
        (5, "Sum Qty (lbs)", "-1", "is not a weight"),
    ),
    aside(
        "a year that is none",
        "cbp-drugs",
        "fiscal year 9999",
        DRUGS + CBP_ROW.replace("2020", "9999"),
        (3, "FY", "9999", "is not a fiscal year"),
    ),
    aside(
        "one record twice with two values",
        "cbp-drugs",
        "the same month, area and drug with another weight",
        DRUGS + CBP_ROW.replace("10.5", "11"),
        (
            3,
            "value",
            "2 and ",
            "the same series and period stand twice in this file with different values; the first was kept",
        ),
    ),
    aside(
        "a drug and an area that nobody knows",
        "cbp-drugs",
        "unknown words for drug and area",
        DRUGS + CBP_ROW.replace("Cocaine", "Moon dust") + CBP_ROW.replace("ATLANTA", "ATLANTIS"),
        (3, "Drug Type", "Moon dust", "is not a substance of the vocabulary: add a synonym"),
        (4, "Area of Responsibility", "ATLANTIS FIELD OFFICE", "is not an area that the gazetteer knows: add it"),
    ),
    aside(
        "deaths of no day",
        "ct-overdose",
        "a date of 2021-05-27, and a type of date that is none",
        deaths(DEATH, DEATH | {"Date": "2021-05-27"}, DEATH | {"Date Type": "Birth"}),
        (5, "Date", "", "is not a date as month/day/year"),
        (8, "Date Type", "", "is neither the date of death nor the date reported"),
    ),
    refused(
        "deaths of another office",
        "ct-overdose",
        "a table of two columns",
        "Date,Sex\n5/27/2021,Male\n",
        "deaths.csv: is not what it claims to be: missing columns ['Date Type', ",
    ),
    aside(
        "crossings that are none",
        "bts-crossings",
        "a code, a day, a measure, a count and a year that are none",
        BTS_HEAD
        + BTS_ROW
        + BTS_ROW.replace(",103,", ",x,")
        + BTS_ROW.replace("03/01", "03/02")
        + BTS_ROW.replace("Trucks", "Camels")
        + BTS_ROW.replace(",12,", ",-1,")
        + BTS_ROW.replace("2016", "9999"),
        (3, "Port Code", "x", "is not a port code of up to four digits"),
        (4, "Date", "03/02/2016 12:00:00 AM", "is not the first day of a month"),
        (5, "Measure", "Camels", "is not one of the twelve measures"),
        (6, "Value", "-1", "is not a count"),
        (7, "Date", "03/01/9999 12:00:00 AM", "is of a year outside of 1990 to 2100"),
    ),
    aside(
        "ports without place or name",
        "world-port-index",
        "latitude 91, no name, and 0, 0",
        WPI_HEAD
        + WPI_ROW
        + WPI_ROW.replace("51.9", "91").replace("31320", "2")
        + WPI_ROW.replace("Rotterdam", " ").replace("31320", "3")
        + WPI_ROW.replace("51.9,4.483333", "0,0").replace("31320", "4"),
        (3, "Latitude", "91", "is not a latitude"),
        (4, "Main Port Name", "", "has no name"),
        (5, "Latitude", "0", "is 0, 0, which stands for no position"),
    ),
    refused(
        "the index without its numbers",
        "world-port-index",
        "the first column renamed",
        WPI_HEAD.replace("Number", "No") + WPI_ROW,
        "ports.csv: is not what it claims to be: missing columns ['World Port Index Number']; it has ",
    ),
    aside(
        "a column called *",
        "world-port-index",
        "a column more, whose name is a star",
        WPI_HEAD.strip() + ",*\n" + WPI_ROW.strip() + ",x\n" + WPI_ROW.strip().replace("51.9", "95") + ",x\n",
        (3, "Latitude", "95", "is not a latitude"),
    ),
    aside(
        "values that are none",
        "cdc-vsrr",
        "a state, a month, a value and an indicator that are none",
        VSRR_HEAD
        + VSRR_ROW
        + VSRR_ROW.replace("CT,CT", "ZZ,ZZ")
        + VSRR_ROW.replace("June", "Juni")
        + VSRR_ROW.replace("474", "many")
        + VSRR_ROW.replace("Heroin (T40.1)", "Tea"),
        (3, "State", "ZZ", "is not a jurisdiction that the gazetteer knows"),
        (4, "Month", "Juni", "is not a month"),
        (5, "Data Value", "many", "is not a count or a share"),
        (6, "Indicator", "Tea", "is not an indicator that is known: it may be new"),
    ),
    aside(
        "visits that are none",
        "port-visits",
        "a month, a count and a name that are none",
        VISITS_HEAD
        + VISITS_ROW
        + VISITS_ROW.replace("2022-01", "2022-13")
        + VISITS_ROW.replace(",6,", ",6.5,")
        + VISITS_ROW.replace('"Albany Port District, NY"', '"..."', 1),
        (3, "Month", "2022-13", "is not a month"),
        (4, "Visit_Count", "6.5", "is not a count"),
        (5, "PORT_NAME", "...", "has no name of a port"),
    ),
    aside(
        "ports off the earth",
        "principal-ports",
        "latitude 142, and a name of 300 letters",
        PORTS_HEAD
        + PORTS_ROW
        + PORTS_ROW.replace("42.64271", "142.64271")
        + PORTS_ROW.replace("Albany Port District, NY", "A" * 300),
        (3, "LATITUDE1", "142.64271", "is not a latitude"),
        (4, "PORT_NAME", "A" * 300, "is too long for the name of a port"),
    ),
    aside(
        "a number of nine thousand letters",
        "world-port-index",
        "a port whose number is longer than an index holds",
        WPI_HEAD + WPI_ROW + WPI_ROW.replace("31320,Rotterdam,NL RTM", f"{INCOMPRESSIBLE},Delta, "),
        (3, "code", f"WPI-{INCOMPRESSIBLE[:496]}", "is longer than 1,000 bytes, more than anything is looked up by"),
    ),
    refused(
        "a list of no day",
        "ofac-sdn",
        "the list under a name without a date",
        OFAC_HEAD + OFAC_ROW,
        "sdn.csv: does not say of which day the list is: give it with --as-of YYYY-MM-DD",
        file="sdn.csv",
    ),
    refused(
        "another list",
        "ofac-sdn",
        "a table of two columns",
        "name,country\nx,y\n",
        "list_2023-01-05.csv: is neither the list of OFAC nor its addresses nor other names: "
        "it begins ['name', 'country']",
    ),
    refused(
        "a list with old line ends",
        "ofac-sdn",
        "carriage returns alone end the lines",
        (OFAC_HEAD + OFAC_ROW).replace("\n", "\r"),
        "list_2023-01-05.csv, line 1: not readable as a table: ",
        "carriage return alone",
    ),
    aside(
        "entries that are none",
        "ofac-sdn",
        "a number and a kind that are none, and no name",
        OFAC_HEAD
        + OFAC_ROW
        + OFAC_ROW.replace("101,", "x,")
        + OFAC_ROW.replace(",-0-,SDNTK", ",ghost,SDNTK")
        + OFAC_ROW.replace('"EXAMPLE, S.A."', "-0-"),
        (3, "ent_num", "x", "is not the number of an entry"),
        (4, "SDN_Type", "ghost", "is no kind of entry"),
        (5, "SDN_Name", "", "has no name"),
    ),
    aside(
        "an address that says nothing",
        seed("ofac-sdn", "addresses_2023-01-05.csv"),
        "a row of -0-",
        ADDRESS_HEAD + ADDRESS_ROW + "101,2,-0-,-0-,-0-,-0-\n",
        (3, "Country", "", "says no street, town or country"),
    ),
)
POSITIONS: tuple[Bad, ...] = (
    refused(
        "positions without a column of time",
        "ais-csv",
        "a table of number, latitude and longitude",
        "mmsi,lat,lon\n1,2,3\n",
        "fixes.csv: is not a table of AIS positions that can be read: "
        "no column for ['BaseDateTime']; it has ['mmsi', 'lat', 'lon'",
    ),
    refused(
        "two columns of latitude",
        "ais-csv",
        "lat and latitude",
        "mmsi,time,lat,latitude,lon\n1,2,3,4,5\n",
        "fixes.csv: is not a table of AIS positions that can be read: more than one column for ['LAT']",
    ),
    refused(
        "a column whose name is a pattern",
        "ais-csv",
        "a latitude called ^lat$ beside one called lat",
        "mmsi,time,lat,^lat$,lon\n1,2,3,4,5\n",
        "fixes.csv: ",
        "more than one column for ['LAT']",
    ),
    aside(
        "positions that are none",
        "ais-csv",
        "an hour, a latitude, a year and a number that are none; and 0, 0",
        FIXES
        + FIX
        + FIX.replace("T00:", "T25:")
        + FIX.replace("10.5", "91")
        + FIX.replace("2024", "9999")
        + FIX.replace("366000001", "x")
        + FIX.replace("10.5,20.5", "0,0"),
        (3, "timestamp", "2024-01-01T25:00:00Z", "is not a moment as 2017-01-31T23:59:59"),
        (4, "lat", "91", "is not a latitude; 91 stands for no position"),
        (5, "timestamp", "9999-01-01T00:00:00Z", "is of a year in which there is no AIS"),
        (6, "mmsi", "x", "is not a number of up to ten digits"),
        (7, "lat", "0", "is 0, 0, which stands for no position"),
    ),
    aside(
        "a vessel at two places at once",
        "ais-csv",
        "one vessel and second, two positions",
        FIXES + FIX + FIX.replace("10.5", "11.5"),
        (3, "at", "", ""),
    ),
    refused(
        "AIS without its ship's columns",
        "ais-marinecadastre",
        "the header without Cargo and Draft",
        MARINE_HEAD.replace(",Draft,Cargo", "") + MARINE_ROW,
        "ais.csv: is not what it claims to be: missing columns ['Cargo', 'Draft']; it has ",
    ),
    aside(
        "a longitude of 181",
        "ais-marinecadastre",
        "longitude 181, and a date with slashes",
        MARINE_HEAD
        + MARINE_ROW
        + MARINE_ROW.replace("-179.9", "181")
        + MARINE_ROW.replace("2017-01-01T", "01/01/2017 "),
        (3, "LON", "181", "is not a longitude; 181 stands for no position"),
        (4, "BaseDateTime", "01/01/2017 00:00:05", "is not a moment as 2017-01-31T23:59:59"),
    ),
)
MAPPED: tuple[Bad, ...] = (
    refused(
        "columns that the mapping does not find",
        "csv",
        "a table without the column amount",
        table(*ROWS).replace("amount", "weight"),
        "table.csv: has no column 'amount' (named by quantity.column); it has ['id', 'when', ",
    ),
    aside(
        "cells that are none",
        "csv",
        "a day, an amount, a longitude that are none, a blank key, the year 9999",
        table(
            ONE,
            changed(1, "31/02/2024"),
            changed(4, "much"),
            changed(2, "-500"),
            changed(0, ""),
            changed(1, "01/01/9999"),
        ),
        (3, "when", "31/02/2024", "is no time as time.format and time.zone say"),
        (4, "amount", "much", "is no amount"),
        (5, "lon", "-500", "is no place on the earth in this system of coordinates"),
        (6, "id", "", "is blank and belongs to record.key"),
        (7, "when", "01/01/9999", ""),
    ),
    refused(
        "axes that are exchanged",
        "csv",
        "four rows with latitude under lon",
        table(*((str(n), "05/03/2024", "25.8", "-120.2", "1", "") for n in range(4))),
        "table.csv: longitude and latitude look exchanged in 4 of 4 places: say place.swapped = true",
        "nothing was loaded",
    ),
    aside(
        "formulas and markup are text",
        "csv",
        "a formula, a tag and an order to the database; a bad day in each",
        table(
            ONE,
            *(
                (str(at), "never", "1", "2", "1", said)
                for at, said in enumerate(("=HYPERLINK(1)", "<script>", "'; DROP TABLE event; --"), 2)
            ),
        ),
        *((line, "when", "never", "is no time as time.format and time.zone say") for line in (3, 4, 5)),
    ),
    aside(
        "a quoted field of many lines",
        "csv",
        "a field of three lines before a row that is no good",
        table(changed(5, "a\nb\nc"), changed(1, "never")),
        (5, "when", "never", "is no time as time.format and time.zone say"),
    ),
    aside(
        "the mark of another program in the header",
        "csv",
        "a byte order mark, line ends of two kinds, a bad day",
        "\ufeff" + table(ONE).replace("\n", "\r\n") + ",".join(changed(1, "never")[:5]) + ",x\n",
        (3, "when", "never", "is no time as time.format and time.zone say"),
    ),
    aside(
        "a header that has a star",
        "csv",
        "a column called *, and one called ^a$",
        ",".join((*HEAD, "*", "^a$")) + "\n" + "1,never,1,2,3,x,y,z\n",
        (2, "when", "never", "is no time as time.format and time.zone say"),
    ),
)
BAD = (*OWN, *POSITIONS, *MAPPED)
