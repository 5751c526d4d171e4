package io.natsproxy.gateway.access;

import java.io.IOException;

import org.slf4j.LoggerFactory;

/**
 * Where the lines of the access log go. Used by one thread at a time, which it may block.
 */
public interface AccessSink extends AutoCloseable {

	/**
	 * Writes a line.
	 * @param line the line, without its end
	 * @throws IOException if it cannot be written; all lines since the last flush are
	 * counted as left out with it
	 */
	void write(CharSequence line) throws IOException;

	/**
	 * Hands on what has been written, when no more lines wait.
	 * @throws IOException if it cannot be written; all lines since the last flush are
	 * counted as left out
	 */
	default void flush() throws IOException {
	}

	@Override
	default void close() throws IOException {
	}

	/**
	 * Returns a sink that writes to a logger at the level info.
	 * @param name the name of the logger
	 * @return the sink
	 */
	static AccessSink logger(String name) {
		org.slf4j.Logger logger = LoggerFactory.getLogger(name);
		return (line) -> logger.info("{}", line);
	}

}
