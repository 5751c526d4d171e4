package io.natsproxy.samples.chat;

import java.util.regex.Pattern;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * The page, and the rooms. A room is a group of WebSockets, which the gateways know; an
 * instance only knows the visitors that it has accepted, and speaks for them.
 */
@NatsController
class ChatController {

	private static final Pattern ROOM = Pattern.compile("[\\p{L}\\p{N} _-]{1,40}");

	private static final int MAX_NAME = 40;

	private static final int MAX_TEXT = 1000;

	private final NatsWebSockets sockets;

	private final JsonMapper json;

	private final String instance;

	ChatController(NatsWebSockets sockets, JsonMapper json, @Value("${chat.instance}") String instance) {
		this.sockets = sockets;
		this.json = json;
		this.instance = instance;
	}

	@NatsGet("/")
	Resource page() {
		return new ClassPathResource("chat.html");
	}

	/**
	 * Accepts everybody, for a page learns why its WebSocket is closed, but not why it
	 * was refused.
	 */
	@NatsWebSocket("/chat/{room}")
	WebSocketHandler enter(@PathVariable String room, @RequestParam(defaultValue = "") String name) {
		if (!ROOM.matcher(room).matches()) {
			return (session) -> refuse(session, "A room has up to 40 letters, digits, spaces, - and _");
		}
		if (name.isBlank() || name.length() > MAX_NAME) {
			return (session) -> refuse(session, "A name has from 1 to " + MAX_NAME + " characters");
		}
		return (session) -> visit(session, "chat." + room, name.strip());
	}

	private static Mono<Void> refuse(WebSocketSession session, @Nullable String reason) {
		return session.close(new CloseStatus(CloseStatus.POLICY_VIOLATION.getCode(), reason));
	}

	/**
	 * Whatever way the visit ends, the room is told.
	 */
	private Mono<Void> visit(WebSocketSession session, String group, String name) {
		Mono<String> arrival = this.sockets.join(session.getId(), group)
			.filter((there) -> there)
			.flatMap((there) -> tell(group, ChatMessage.joined(name)).thenReturn(name));
		return Mono.usingWhen(arrival, (visitor) -> talk(session, group, visitor),
				(visitor) -> tell(group, ChatMessage.left(visitor)));
	}

	/**
	 * Passes on what the visitor says, until the WebSocket is closed by whomever.
	 */
	private Mono<Void> talk(WebSocketSession session, String group, String name) {
		String welcome = this.json.writeValueAsString(ChatMessage.welcome(this.instance));
		return session.send(Mono.fromSupplier(() -> session.textMessage(welcome)))
			.thenMany(session.receive())
			.concatMap((message) -> switch (message.getType()) {
				case TEXT -> tell(group, ChatMessage.said(name, text(message)));
				case BINARY -> throw new IllegalArgumentException("This chat is text only");
				case PING, PONG -> Mono.empty();
			})
			.then()
			.onErrorResume(IllegalArgumentException.class, (ex) -> refuse(session, ex.getMessage()));
	}

	private static String text(WebSocketMessage message) {
		String text = message.getPayloadAsText();
		if (text.isBlank() || text.length() > MAX_TEXT) {
			throw new IllegalArgumentException("A message has from 1 to " + MAX_TEXT + " characters");
		}
		return text;
	}

	private Mono<Void> tell(String group, ChatMessage message) {
		return this.sockets.broadcastText(group, this.json.writeValueAsString(message));
	}

}
