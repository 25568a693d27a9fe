"""Where answers come from and go to: PostGIS, row policies, intake, audit."""
