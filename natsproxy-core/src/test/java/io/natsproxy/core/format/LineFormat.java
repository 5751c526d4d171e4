package io.natsproxy.core.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;

/**
 * A format for tests: {@code LINE method target id}, or {@code LINE status}, then fields
 * and, behind an empty line, the body. The subject is the path with dots, or else that in
 * lower case.
 */
public class LineFormat implements MessageFormat {

	@Override
	public String name() {
		return "line";
	}

	@Override
	public FormatRequest decodeRequest(byte[] payload) {
		String text = new String(payload, StandardCharsets.UTF_8);
		if (!text.startsWith("LINE ")) {
			return null;
		}
		String[] words = line(text).split(" ", -1);
		if (words.length < 3) {
			throw new MalformedMessageException(422, "A line is malformed");
		}
		return new FormatRequest(new RequestHead(words[1], words[2], null, fields(text)), body(text), null,
				(words.length > 3) ? words[3] : null);
	}

	@Override
	public boolean agree(String subject, String method, String rawPath, Collection<String> subscribed) {
		return subjects(method, rawPath).contains(subject);
	}

	@Override
	public byte[] encodeResponse(ResponseHead head, byte[] body) {
		return message("LINE " + head.status(), head.headers(), body);
	}

	@Override
	public Set<String> routeSubjects(Collection<String> methods, String pattern) {
		return Set.of();
	}

	@Override
	public List<String> subjects(String method, String rawPath) {
		String subject = method + ":" + rawPath.replace('/', '.');
		return subject.equals(subject.toLowerCase()) ? List.of(subject) : List.of(subject, subject.toLowerCase());
	}

	@Override
	public byte[] encodeRequest(FormatRequest request) {
		RequestHead head = request.head();
		String id = (request.socketId() != null) ? " " + request.socketId() : "";
		return message("LINE " + head.method() + " " + head.target() + id, head.headers(), request.body());
	}

	@Override
	public FormatResponse decodeResponse(byte[] payload, boolean handshake) {
		String text = new String(payload, StandardCharsets.UTF_8);
		if (!text.startsWith("LINE ")) {
			throw new MalformedMessageException("It has no line");
		}
		return new FormatResponse(new ResponseHead(Integer.parseInt(line(text).split(" ")[1]), fields(text)),
				body(text));
	}

	@Override
	public WebSocketSubjects socketSubjects(String id) {
		return new WebSocketSubjects("in." + id, "out." + id, "gone." + id, "done." + id);
	}

	private static String line(String text) {
		return text.substring(0, text.indexOf('\n'));
	}

	private static HeaderFields fields(String text) {
		List<String> lines = text.substring(0, text.indexOf("\n\n")).lines().skip(1).toList();
		return (action) -> lines.forEach((line) -> {
			int colon = line.indexOf(':');
			action.accept(line.substring(0, colon), List.of(line.substring(colon + 1)));
		});
	}

	private static byte[] body(String text) {
		return text.substring(text.indexOf("\n\n") + 2).getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] message(String line, HeaderFields fields, byte[] body) {
		List<String> lines = new ArrayList<>(List.of(line));
		fields.forEach((name, values) -> values.forEach((value) -> lines.add(name + ":" + value)));
		return (String.join("\n", lines) + "\n\n" + new String(body, StandardCharsets.UTF_8))
			.getBytes(StandardCharsets.UTF_8);
	}

}
