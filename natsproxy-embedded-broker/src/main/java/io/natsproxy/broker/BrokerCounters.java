package io.natsproxy.broker;

import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of a broker since it was created.
 */
final class BrokerCounters {

	final LongAdder inMessages = new LongAdder();

	final LongAdder inBytes = new LongAdder();

	final LongAdder outMessages = new LongAdder();

	final LongAdder outBytes = new LongAdder();

	final LongAdder slowConsumers = new LongAdder();

	final LongAdder totalConnections = new LongAdder();

}
