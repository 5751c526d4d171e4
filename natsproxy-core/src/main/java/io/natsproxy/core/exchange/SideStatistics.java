package io.natsproxy.core.exchange;

/**
 * Counts of one side of exchanges.
 *
 * @param exchanges the exchanges
 * @param streams those of which a body is a stream
 * @param webSockets the WebSockets
 */
public record SideStatistics(ExchangeStatistics exchanges, StreamStatistics streams, WebSocketStatistics webSockets) {

	/**
	 * Creates counts that are all zero.
	 */
	SideStatistics() {
		this(new ExchangeStatistics(), new StreamStatistics(), new WebSocketStatistics());
	}

}
