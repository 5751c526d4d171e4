package io.natsproxy.benchmarks.micro;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Waiting for a reply and receiving it, while many others wait for theirs. There is no
 * connection.
 */
public class InboxBenchmark extends MicroBenchmark {

	/**
	 * How many wait all the time.
	 */
	@Param({ "1", "100", "10000" })
	public int waiting;

	private static final byte[] PAYLOAD = new byte[20];

	private Consumer<TransportMessage> transport = (message) -> {
	};

	private final Inbox inbox = new Inbox(
			stub(NatsTransport.class, (proxy, method, arguments) -> switch (method.getName()) {
				case "newInbox" -> "_INBOX.benchmark";
				case "newSubscriber" -> {
					@SuppressWarnings("unchecked")
					Consumer<TransportMessage> receiver = (Consumer<TransportMessage>) arguments[0];
					this.transport = receiver;
					yield stub(TransportSubscriber.class, (subscriber, call, parameters) -> null);
				}
				default -> throw new UnsupportedOperationException(method.getName());
			}));

	private static <T> T stub(Class<T> type, InvocationHandler handler) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	/**
	 * Has all others wait.
	 */
	@Setup
	public void prepare() {
		for (int i = 0; i < this.waiting; i++) {
			this.inbox.register(this.inbox.newSubject(), (message) -> {
			});
		}
	}

	/**
	 * Waits for a reply, which comes.
	 * @param blackhole takes the reply
	 */
	@Benchmark
	public void reply(Blackhole blackhole) {
		String subject = this.inbox.newSubject();
		this.inbox.register(subject, blackhole::consume);
		this.transport.accept(new TransportMessage(subject, null, null, 0, PAYLOAD));
		this.inbox.remove(subject);
	}

}
