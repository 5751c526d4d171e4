"use strict";

const element = (id) => document.getElementById(id);

function count(id) {
	element(id).value = Number(element(id).value) + 1;
}

function item(text) {
	const line = document.createElement("li");
	line.textContent = text;
	return line;
}

// The browser connects again by itself, and says which event was the last.
const prices = new EventSource("prices/NATS");
const seen = new Set();
prices.onopen = () => element("state").value = "connected";
prices.onerror = () => element("state").value = "connecting";
prices.addEventListener("gap", () => count("gaps"));
prices.onmessage = (event) => {
	count(seen.has(event.lastEventId) ? "repeated" : "received");
	seen.add(event.lastEventId);
	element("prices").prepend(item(JSON.parse(event.data).price));
	while (element("prices").childElementCount > 100) {
		element("prices").lastElementChild.remove();
	}
};

// The key lets the same order be sent again without being taken twice.
element("order").onsubmit = async (event) => {
	event.preventDefault();
	const response = await fetch("orders", {
		method: "POST",
		headers: { "Content-Type": "application/json", "Idempotency-Key": `"${crypto.randomUUID()}"` },
		body: JSON.stringify({ item: element("item").value })
	});
	const answer = await response.json();
	element("orders").append(item(response.ok
		? `${element("item").value}: number ${answer.sequence} of ${answer.stream}`
		: `${element("item").value}: ${answer.detail}`));
	element("item").value = "";
};

element("file").onchange = () => {
	const file = element("file").files[0];
	if (!file) {
		return;
	}
	const target = "files/" + encodeURIComponent(file.name);
	const upload = new XMLHttpRequest();
	upload.upload.onprogress = (event) => element("progress").value = event.loaded / event.total;
	upload.onload = () => {
		const line = item("");
		const link = document.createElement("a");
		link.href = target;
		link.textContent = file.name;
		line.append(link, upload.status < 300 ? `, ${file.size} bytes` : `: ${upload.status}`);
		element("files").append(line);
	};
	upload.onerror = () => element("files").append(item(`${file.name} was not uploaded`));
	upload.open("PUT", target);
	upload.setRequestHeader("Content-Type", file.type || "application/octet-stream");
	upload.send(file);
};
