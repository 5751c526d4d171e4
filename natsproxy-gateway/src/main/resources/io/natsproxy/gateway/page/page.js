"use strict";

// All texts come from others: they become text nodes, and never markup.
(() => {
	const byId = (id) => document.getElementById(id);
	const MAX_REQUESTS = 100;

	const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
	const count = (value) => value === undefined ? "" : number.format(value);
	const rate = (value) => value === undefined ? "" : value.toFixed(1);
	const millis = (micros) => micros === undefined || micros < 0 ? ""
		: micros < 10000 ? (micros / 1000).toFixed(1) + " ms" : number.format(Math.round(micros / 1000)) + " ms";
	const bytes = (value) => {
		if (value === undefined) {
			return "";
		}
		const units = ["B", "KiB", "MiB", "GiB"];
		let unit = 0;
		let left = value;
		while (Math.abs(left) >= 1024 && unit < units.length - 1) {
			left /= 1024;
			unit++;
		}
		return number.format(left) + " " + units[unit];
	};
	const duration = (seconds) => seconds < 120 ? seconds + " s" : seconds < 7200 ? Math.floor(seconds / 60) + " min"
		: Math.floor(seconds / 3600) + " h";

	function setText(element, text) {
		if (element.textContent !== text) {
			element.textContent = text;
		}
	}

	/**
	 * A table whose rows stay the same elements while their keys do, so that focus and selection stay where they are.
	 * A column has a label, a text of a row, and, where one may sort by it, a value; or the label of a button in each row.
	 */
	class Table {
		constructor(id, columns, options) {
			this.table = byId(id);
			this.columns = columns;
			this.key = options.key;
			this.empty = options.empty;
			this.sorted = options.sorted ?? null;
			this.descending = options.descending ?? false;
			this.rows = [];
			this.elements = new Map();
			this.table.setAttribute("role", "table");
			const head = this.table.createTHead();
			head.setAttribute("role", "rowgroup");
			const line = head.insertRow();
			line.setAttribute("role", "row");
			this.heads = columns.map((column) => this.head(line, column));
			this.body = this.table.createTBody();
			this.body.setAttribute("role", "rowgroup");
			this.show([]);
		}

		head(line, column) {
			const head = document.createElement("th");
			head.scope = "col";
			head.setAttribute("role", "columnheader");
			if (column.kind) {
				head.className = column.kind;
			}
			if (column.value) {
				const button = document.createElement("button");
				button.type = "button";
				button.textContent = column.label;
				button.addEventListener("click", () => this.sortBy(column));
				head.append(button);
			}
			else {
				head.classList.add("plain");
				head.textContent = column.label;
			}
			line.append(head);
			return head;
		}

		sortBy(column) {
			this.descending = this.sorted === column.label ? !this.descending : column.kind === "number";
			this.sorted = column.label;
			this.show(this.rows);
		}

		order() {
			const column = this.columns.find((each) => each.label === this.sorted);
			this.columns.forEach((each, index) => {
				if (each.value) {
					this.heads[index].setAttribute("aria-sort",
						each !== column ? "none" : this.descending ? "descending" : "ascending");
				}
			});
			if (!column) {
				return this.rows;
			}
			const sign = this.descending ? -1 : 1;
			return this.rows.map((row) => [row, column.value(row), this.key(row)]).sort((one, other) =>
				compare(one[1], other[1]) * sign || compare(one[2], other[2])).map((each) => each[0]);
		}

		show(rows) {
			this.rows = rows;
			const before = this.elements;
			this.elements = new Map();
			let next = this.body.firstElementChild;
			for (const row of this.order()) {
				const key = this.key(row);
				if (this.elements.has(key)) {
					continue;
				}
				const element = before.get(key) ?? this.row();
				before.delete(key);
				this.elements.set(key, element);
				this.fill(element, row);
				if (element === next) {
					next = next.nextElementSibling;
				}
				else {
					this.body.insertBefore(element, next);
				}
			}
			const kept = new Set(this.elements.values());
			[...this.body.children].filter((each) => !kept.has(each)).forEach((each) => each.remove());
			if (kept.size === 0) {
				const line = this.body.insertRow();
				line.className = "empty";
				line.setAttribute("role", "row");
				const cell = line.insertCell();
				cell.setAttribute("role", "cell");
				cell.colSpan = this.columns.length;
				cell.textContent = this.empty;
			}
		}

		row() {
			const element = document.createElement("tr");
			element.setAttribute("role", "row");
			for (const column of this.columns) {
				const cell = element.insertCell();
				cell.setAttribute("role", "cell");
				cell.dataset.label = column.label;
				if (column.button) {
					const button = document.createElement("button");
					button.type = "button";
					button.textContent = column.button;
					button.addEventListener("click", () => column.click(element.row));
					cell.append(button);
				}
			}
			return element;
		}

		fill(element, row) {
			element.row = row;
			this.columns.forEach((column, index) => {
				const cell = element.cells[index];
				if (column.button) {
					cell.firstElementChild.setAttribute("aria-label", column.button + " " + column.name(row));
					cell.firstElementChild.hidden = column.shown ? !column.shown(row) : false;
					return;
				}
				const text = String(column.text(row) ?? "");
				setText(cell, text);
				const classes = [column.kind, column.mark?.(row), text === "" ? "blank" : ""].filter(Boolean).join(" ");
				if (cell.className !== classes) {
					cell.className = classes;
				}
			});
		}
	}

	function compare(one, other) {
		if (typeof one === "number" || typeof other === "number") {
			return (one ?? -1) - (other ?? -1);
		}
		const first = String(one ?? "");
		const second = String(other ?? "");
		return first < second ? -1 : first > second ? 1 : 0;
	}

	const text = (label, of, kind) => ({ label, text: of, value: of, kind });
	const figure = (label, of, format, mark) =>
		({ label, text: (row) => format(of(row)), value: of, kind: "number", mark });
	const marked = (row) => row.errors > 0 ? "bad" : "";
	const measures = [
		figure("Requests/s", (row) => row.rate, rate),
		figure("Requests", (row) => row.requests, count),
		figure("Errors", (row) => row.errors, count, marked),
		figure("p50", (row) => row.p50, millis),
		figure("p99", (row) => row.p99, millis),
		text("Last error", (row) => row.lastError),
	];

	const services = new Table("service-table", [
		text("Service", (row) => row.name),
		figure("Instances", (row) => row.instances, count),
		...measures,
	], { key: (row) => row.name, empty: "No service is known", sorted: "Service" });

	const instances = new Table("instance-table", [
		text("Service", (row) => row.name),
		text("Instance", (row) => row.id, "code"),
		text("Version", (row) => row.version),
		figure("Endpoints", (row) => row.endpoints, count),
		figure("Requests/s", (row) => row.rate, rate),
		figure("Requests", (row) => row.requests, count),
		figure("Errors", (row) => row.errors, count, marked),
		figure("Mean", (row) => row.micros, millis),
		text("Last error", (row) => row.lastError),
	], { key: (row) => row.name + " " + row.id, empty: "No instance is known", sorted: "Service" });

	const routes = new Table("route-table", [
		text("Method", (row) => row.method),
		text("Path", (row) => row.path, "code"),
		text("Services", (row) => row.services),
		...measures,
		{ label: "Call", button: "Call", name: (row) => row.method + " " + row.path, click: (row) => prepareCall(row),
			shown: (row) => calls && row.path.indexOf("*") < 0 },
	], { key: (row) => row.method + " " + row.path, empty: "No route", sorted: "Path" });

	const requests = new Table("request-table", [
		{ label: "Time", text: (row) => new Date(row.at).toLocaleTimeString() },
		{ label: "Status", text: (row) => row.status === 0 ? "none" : row.status,
			mark: (row) => row.status >= 500 || row.status === 0 ? "bad" : row.status >= 400 ? "warn" : "good" },
		{ label: "Method", text: (row) => row.method },
		{ label: "Path", text: (row) => row.path, kind: "code" },
		{ label: "Service", text: (row) => row.service },
		{ label: "Head", text: (row) => millis(row.micros), kind: "number" },
		{ label: "Total", text: (row) => millis(row.totalMicros), kind: "number" },
		{ label: "Outcome", text: (row) => ({ ok: "", gone: "client gone", aborted: "broken off" })[row.outcome],
			mark: () => "warn" },
		{ label: "Trace", text: (row) => row.trace, kind: "code" },
	], { key: (row) => row.number + " " + row.at, empty: "No request since somebody looks" });

	const streams = new Table("stream-table", [
		text("Subject", (row) => row.subject, "code"),
		figure("Open", (row) => row.seconds, duration),
		figure("Credit up", (row) => row.sendCredit, bytes),
		figure("Credit down", (row) => row.receiveCredit, bytes),
		figure("Waits for client", (row) => row.unconsumed, bytes),
	], { key: (row) => row.subject + " " + row.place, empty: "No stream is open", sorted: "Open", descending: true });

	const sockets = new Table("socket-table", [
		text("Path", (row) => row.path, "code"),
		text("Id", (row) => row.id, "code"),
		figure("Open", (row) => row.seconds, duration),
		text("State", (row) => row.accepted ? "open" : "handshake"),
		figure("Groups", (row) => row.groups, count),
	], { key: (row) => row.id, empty: "No WebSocket is open", sorted: "Open", descending: true });

	const groups = new Table("group-table", [
		text("Group", (row) => row.name),
		figure("Members here", (row) => row.members, count),
	], { key: (row) => row.name, empty: "No group has members here", sorted: "Group" });

	const connections = new Table("connection-table", [
		{ label: "State", text: (row) => row.status, kind: "short", mark: (row) => row.connected ? "good" : "bad" },
		{ label: "Server", text: (row) => row.server },
		{ label: "Version", text: (row) => row.version },
		{ label: "URL", text: (row) => row.url ?? row.servers, kind: "code" },
		{ label: "Client", text: (row) => row.clientId },
		{ label: "Reconnects", text: (row) => count(row.reconnects), kind: "number" },
		{ label: "Messages in", text: (row) => count(row.messagesIn), kind: "number" },
		{ label: "Messages out", text: (row) => count(row.messagesOut), kind: "number" },
		{ label: "Bytes in", text: (row) => bytes(row.bytesIn), kind: "number" },
		{ label: "Bytes out", text: (row) => bytes(row.bytesOut), kind: "number" },
		{ label: "Refused", text: (row) => (row.refusedSubscriptions ?? []).join(", "), mark: () => "bad" },
	], { key: (row) => row.place, empty: "No connection" });

	const fields = new Table("header-table", [
		{ label: "Field", text: (row) => row[0], kind: "code" },
		{ label: "Value", text: (row) => row[1], kind: "code" },
	], { key: (row) => row[2], empty: "No header fields" });

	let bus = { services: [], routes: [], omittedEndpoints: 0 };
	let state = { byRoute: [], byService: [], instances: [] };
	let ended = [];
	let paused = false;
	let calls = false;
	let csrf = null;

	function showServices() {
		const byName = new Map();
		for (const each of bus.services ?? []) {
			const row = byName.get(each.name) ?? { name: each.name, instances: 0 };
			row.instances++;
			byName.set(each.name, row);
		}
		for (const each of state.byService) {
			const name = each.name || "(unknown)";
			byName.set(name, { ...byName.get(name), ...each, name });
		}
		services.show([...byName.values()]);
		const told = new Map(state.instances.map((each) => [each.name + " " + each.id, each]));
		const known = (bus.services ?? []).map((each) => {
			const key = each.name + " " + each.id;
			const row = { ...told.get(key), ...each };
			told.delete(key);
			return row;
		});
		instances.show([...known, ...told.values()]);
	}

	function showRoutes() {
		const measured = new Map(state.byRoute.map((each) => [each.method + " " + each.path, each]));
		const all = (bus.routes ?? []).map((each) => {
			const key = each.method + " " + each.path;
			const row = { ...measured.get(key), method: each.method, path: each.path, services: each.services.join(", ") };
			measured.delete(key);
			return row;
		});
		all.push(...[...measured.values()].map((each) => ({ ...each, services: "" })));
		const wanted = byId("route-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
		const shown = all.filter((row) => {
			const line = (row.method + " " + row.path + " " + row.services).toLowerCase();
			return wanted.every((word) => line.includes(word));
		});
		routes.show(shown);
		const omitted = bus.omittedEndpoints > 0 ? ", " + bus.omittedEndpoints + " endpoints are not shown" : "";
		setText(byId("route-count"), (wanted.length > 0 ? shown.length + " of " + all.length : all.length) + " routes" + omitted);
	}

	function showRequests() {
		const onlyErrors = byId("errors-only").checked;
		requests.show(ended.filter((row) => !onlyErrors || row.status >= 500 || row.status === 0 || row.outcome === "aborted"));
	}

	function showState() {
		setText(byId("rate"), rate(state.byRoute.reduce((sum, each) => sum + each.rate, 0)));
		setText(byId("in-flight"), count(state.exchanges?.inFlight ?? 0));
		setText(byId("streams"), count(state.exchanges?.streams ?? 0));
		setText(byId("sockets"), count(state.webSockets?.open ?? 0));
		setText(byId("groups"), count(state.webSockets?.groups ?? 0));
		const memory = state.memory;
		setText(byId("memory"), memory ? bytes(memory.used) + " of " + bytes(memory.limit) : "–");
		setText(byId("skipped"), state.skipped > 0 ? count(state.skipped) + " more were too many to be shown" : "");
		const placed = (rows) => (rows ?? []).map((row, place) => ({ ...row, place }));
		streams.show(placed(state.streams));
		sockets.show(state.webSockets?.sockets ?? []);
		groups.show(Object.entries(state.webSockets?.members ?? {}).map(([name, members]) => ({ name, members })));
		connections.show(placed(state.connections));
	}

	function live(name, message) {
		byId("live").dataset.state = name;
		setText(byId("live"), message);
	}

	// A connection that is made anew at once is not worth being read out.
	let lost = null;

	function connected() {
		clearTimeout(lost);
		lost = null;
		live("live", "Live");
	}

	function notConnected() {
		lost ??= setTimeout(() => live("lost", "Not connected, trying again"), 4000);
	}

	function connect() {
		const events = new EventSource("events");
		events.addEventListener("open", connected);
		events.addEventListener("bus", (event) => {
			bus = JSON.parse(event.data);
			showServices();
			showRoutes();
		});
		events.addEventListener("state", (event) => {
			state = JSON.parse(event.data);
			showState();
			showServices();
			showRoutes();
		});
		events.addEventListener("requests", (event) => {
			const known = new Set(ended.map((row) => row.number + " " + row.at));
			const added = JSON.parse(event.data).filter((row) => !known.has(row.number + " " + row.at));
			ended = [...added.reverse(), ...ended].slice(0, MAX_REQUESTS);
			if (!paused) {
				showRequests();
			}
		});
		events.addEventListener("error", () => {
			notConnected();
			if (events.readyState === EventSource.CLOSED) {
				setTimeout(connect, 5000);
			}
		});
	}

	function prepareCall(row) {
		byId("call-method").value = row.method;
		byId("call-target").value = row.path;
		byId("call-target").focus();
	}

	function pretty(answer) {
		try {
			return JSON.stringify(JSON.parse(answer), null, 2);
		}
		catch {
			return answer;
		}
	}

	function showAnswer(answer) {
		byId("call-result").hidden = false;
		setText(byId("call-status"), answer.error ?? (answer.status + ", after " + answer.millis + " ms"));
		setText(byId("call-subject"), answer.subject ?? "");
		fields.show((answer.headers ?? []).map((field, place) => [field[0], field[1], place]));
		const body = answer.body !== undefined ? pretty(answer.body)
			: answer.length > 0 ? "(" + bytes(answer.length) + " that are no text)" : "";
		setText(byId("call-answer"), body + (answer.truncated ? "\n… (there is more)" : ""));
	}

	async function call(event) {
		event.preventDefault();
		const send = byId("call-send");
		send.disabled = true;
		setText(byId("call-state"), "Waiting for the answer");
		try {
			const headers = { "Content-Type": "application/json", "X-Natsproxy-Page": "call" };
			await settings();
			if (csrf) {
				headers[csrf.header] = csrf.token;
			}
			const response = await fetch("call", { method: "POST", headers, body: JSON.stringify({
				method: byId("call-method").value.trim(),
				target: byId("call-target").value.trim(),
				headers: byId("call-headers").value,
				body: byId("call-body").value,
			}) });
			showAnswer(response.ok ? await response.json() : { error: "The page may not call: " + response.status });
			setText(byId("call-state"), "Answered");
		}
		catch (error) {
			showAnswer({ error: "The gateway did not answer" });
			setText(byId("call-state"), "Failed");
		}
		finally {
			send.disabled = false;
			send.focus();
		}
	}

	async function settings() {
		const response = await fetch("settings");
		if (response.ok) {
			const told = await response.json();
			calls = told.calls;
			csrf = told.csrf ?? null;
			byId("call").hidden = !calls;
			byId("call-link").hidden = !calls;
		}
	}

	byId("route-filter").addEventListener("input", showRoutes);
	byId("errors-only").addEventListener("change", showRequests);
	byId("pause").addEventListener("click", () => {
		paused = !paused;
		byId("pause").setAttribute("aria-pressed", String(paused));
		if (!paused) {
			showRequests();
		}
	});
	byId("call-form").addEventListener("submit", call);
	settings().catch(() => undefined).finally(connect);
})();
