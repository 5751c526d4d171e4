package io.natsproxy.core.exchange.caller;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.stream.ReceiveWindow;

/**
 * A reply whose body is a stream, from when its first part has come.
 *
 * @param body the body, with its first part
 * @param window grants credit for it
 * @param credit the first credit, of which the service is to be told
 */
record StreamedReply(BodyStream body, ReceiveWindow window, long credit) {

	/**
	 * Receives the first part.
	 * @param caller has the limits and the budget of bytes
	 * @param connection the connection of the exchange
	 * @param executor where frames are delivered
	 * @param firstPart the first part of the body
	 * @param grant lets the service send more bytes
	 * @param refused is told when there was no memory in time
	 * @param cancelled is told when the consumer wants no more
	 * @return the reply
	 */
	static StreamedReply receive(NatsCaller caller, CallerConnection connection, Executor executor, byte[] firstPart,
			LongConsumer grant, Consumer<NatsExchangeException> refused, Runnable cancelled) {
		ByteReservation held = new ByteReservation(caller.budget());
		ReceiveWindow window = new ReceiveWindow(caller.streamOptions(), connection.maxPayload(), held,
				connection.credit(), caller.timer(), grant, refused);
		BodyStream body = new BodyStream(window, held, executor, cancelled, held::close);
		try {
			body.data(firstPart);
			return new StreamedReply(body, window, window.open());
		}
		catch (Throwable ex) {
			body.fail(ex);
			held.close();
			throw ex;
		}
	}

}
