// The intake page: a file is sent as it is, so that the server can write it down as it comes.
(() => {
  "use strict";
  const drop = document.getElementById("wf-drop");
  if (!drop) return;
  const chosen = document.getElementById("wf-file");
  const sent = document.getElementById("wf-sent");
  const said = document.getElementById("wf-said");

  const send = (file) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/intake/file?name=" + encodeURIComponent(file.name));
    request.setRequestHeader("x-form-key", document.body.dataset.formKey);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = (event) => { if (event.total) sent.value = event.loaded / event.total; };
    request.onerror = () => { said.textContent = "The connection was lost: try again."; };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* an answer that is no JSON says nothing */ }
      if (request.status === 200 && answer.at) location.assign(answer.at);
      else said.textContent = answer.error || "The server refused the file.";
    };
    sent.hidden = false;
    said.textContent = "Sending " + file.name;
    request.send(file);
  };

  chosen.addEventListener("change", () => { if (chosen.files[0]) send(chosen.files[0]); });
  for (const name of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.toggle("wf-over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
    });
  }
})();
