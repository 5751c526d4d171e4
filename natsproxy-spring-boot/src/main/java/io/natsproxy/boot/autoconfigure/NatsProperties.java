package io.natsproxy.boot.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.natsproxy.core.transport.netty.EventLoopTransport;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * The connection to NATS, {@code natsproxy.nats.*}.
 *
 * @param servers Addresses of the NATS servers: "nats://host:port", "tls://host:port",
 * "ws://host:port" or "wss://host:port". One of them is enough to find the others of a
 * cluster.
 * @param name Name of the connection, as the NATS server lists it. Defaults to
 * "spring.application.name".
 * @param user User to log in with, together with "password".
 * @param password Password of the user.
 * @param token Token to log in with.
 * @param credentials Location of a credentials file (user JWT and nkey seed) to log in
 * with, such as "/etc/nats/user.creds" or "classpath:user.creds". A file is read again at
 * each reconnect.
 * @param nkey Nkey to log in with: the seed of a user (SU...), or the location of a file
 * that holds it.
 * @param inboxPrefix Prefix of the subjects that replies are sent to.
 * @param replyPrefixes Prefixes of the inboxes of others, beside the own "inbox-prefix":
 * a message whose reply subject is under none of them is not answered, and nothing is
 * sent to where its headers say. "_R_" is that of servers, for messages between accounts.
 * @param failFast Whether start-up waits for the connection and fails when no server can
 * be connected to. By default the connection is made in the background, for as long as it
 * takes.
 * @param connectTimeout Time that one attempt to connect may take, including TLS and
 * log-in.
 * @param startupWait Longest time by which start-up waits for the first attempt to
 * connect, unless "fail-fast" is set.
 * @param reconnectWait Time between two rounds of attempts to reconnect. Up to half of it
 * is added at random, so that not all clients come at once.
 * @param reconnectBufferSize How much may be published while the connection is down, to
 * be sent when it is back. Nothing by default: publishing fails at once.
 * @param pingInterval Time between two pings that find out whether the server is still
 * there.
 * @param transport How messages of the gateway, of services and of callers get to the
 * server and back: on an event loop of Netty, or by the queues and threads of jnats. With
 * a proxy or WebSocket addresses it is jnats in any case.
 * @param eventLoop Event loops of Netty.
 * @param ssl TLS.
 * @param watchdog The watchdog.
 */
@ConfigurationProperties("natsproxy.nats")
public record NatsProperties(@DefaultValue("nats://localhost:4222") List<String> servers, @Nullable String name,
		@Nullable String user, @Nullable String password, @Nullable String token, @Nullable String credentials,
		@Nullable String nkey, @DefaultValue("_INBOX") String inboxPrefix, @DefaultValue( {
				"_INBOX", "_R_" }) List<String> replyPrefixes,
		@DefaultValue("false") boolean failFast, @DefaultValue("2s") Duration connectTimeout,
		@DefaultValue("300ms") Duration startupWait, @DefaultValue("1s") Duration reconnectWait,
		@DefaultValue("0B") DataSize reconnectBufferSize, @DefaultValue("20s") Duration pingInterval,
		@DefaultValue("netty") Transport transport, @DefaultValue EventLoop eventLoop, @DefaultValue Ssl ssl,
		@DefaultValue Watchdog watchdog){

	/**
	 * Tells no secret.
	 */
	@Override
	public String toString() {
		return "NatsProperties[name=" + this.name + ", transport=" + this.transport + "]";
	}

	/**
	 * The carrier of messages to the server and back.
	 */
	public enum Transport {

		/**
		 * An event loop of Netty.
		 */
		NETTY,

		/**
		 * The queues and threads of jnats.
		 */
		JNATS

	}

	/**
	 * Event loops of Netty, of the connection and of what else shares them.
	 *
	 * @param transport The way to their sockets. By default io_uring where the kernel
	 * allows it and its native library is on the class path; otherwise epoll where its
	 * library is, unless an HTTP server shares the event loops, or the selector of the
	 * JDK. What is named and is not there fails the start.
	 */
	public record EventLoop(@DefaultValue("auto") EventLoopTransport transport) {

	}

	/**
	 * TLS of the connection.
	 *
	 * @param enabled Whether to use TLS. Enabled automatically if "bundle" is provided
	 * unless specified otherwise.
	 * @param bundle Name of the SSL bundle to use. Without one the trust store of the JVM
	 * is used.
	 */
	public record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {

		/**
		 * Returns whether TLS is used, be it only because there is a bundle.
		 */
		boolean isUsed() {
			return (this.enabled != null) ? this.enabled : StringUtils.hasText(this.bundle);
		}

	}

	/**
	 * The watchdog, which reconnects a connection that has gone silent.
	 *
	 * @param enabled Whether to watch the connection.
	 * @param interval Time without a word from the server after which it is pinged; a
	 * quarter of it when something has been published meanwhile.
	 * @param timeout Time that the answer to a ping may take. After two pings without an
	 * answer, and without anything else in the meantime, the connection is made anew.
	 */
	public record Watchdog(@DefaultValue("true") boolean enabled, @DefaultValue("1s") Duration interval,
			@DefaultValue("500ms") Duration timeout) {

	}

}
