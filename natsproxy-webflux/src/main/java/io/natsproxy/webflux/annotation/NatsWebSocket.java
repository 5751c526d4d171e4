package io.natsproxy.webflux.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;

/**
 * Serves WebSockets over NATS. Stands on one of three things:
 *
 * <p>
 * A {@code WebSocketHandler}, the class or its {@code @Bean} method:
 *
 * <pre class="code">
 * &#64;NatsWebSocket("/ws/{token}")
 * class EchoHandler implements WebSocketHandler {
 *
 *     public Mono&lt;Void&gt; handle(WebSocketSession session) {
 *         return session.send(session.receive().doOnNext(WebSocketMessage::retain));
 *     }
 *
 * }</pre>
 *
 * <p>
 * A method of a {@link NatsController} that returns a {@code WebSocketHandler}, or a
 * {@code Mono} of one. It runs at the handshake, with whatever arguments a method for GET
 * has; what it throws, returns in place of a handler ({@code ResponseEntity}, a text), or
 * sets on the response and returns nothing, refuses the WebSocket:
 *
 * <pre class="code">
 * &#64;NatsWebSocket("/rooms/{room}")
 * WebSocketHandler room(&#64;PathVariable String room, &#64;RequestHeader String authorization) {
 *     Visitor visitor = this.visitors.require(authorization);
 *     return (session) -&gt; this.rooms.enter(room, visitor, session);
 * }</pre>
 *
 * <p>
 * A method of a {@link NatsController} that takes the client's messages as a
 * {@code Flux}, and returns those to the client as another. Strings are text, byte arrays
 * are binary, other objects are JSON in text messages. The WebSocket is closed when the
 * returned one completes:
 *
 * <pre class="code">
 * &#64;NatsWebSocket("/prices")
 * Flux&lt;Price&gt; prices(Flux&lt;Subscription&gt; subscriptions) {
 *     return subscriptions.switchMap(this.prices::of);
 * }</pre>
 *
 * <p>
 * Filters and middleware run before, and may refuse by answering. The same path may also
 * be mapped to a method for GET, which then answers what is no handshake.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@NatsMapping(method = RequestMethod.GET)
public @interface NatsWebSocket {

	/**
	 * Alias for {@link NatsMapping#value}.
	 * @return the path patterns
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] value() default {};

	/**
	 * Alias for {@link NatsMapping#path}.
	 * @return the path patterns
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] path() default {};

	/**
	 * The sub-protocols that are supported, beside those that a {@code WebSocketHandler}
	 * names. The first that the client offers and that is among them is chosen.
	 * @return names of sub-protocols
	 */
	String[] subProtocols() default {};

}
