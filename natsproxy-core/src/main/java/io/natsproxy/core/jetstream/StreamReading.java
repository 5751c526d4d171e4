package io.natsproxy.core.jetstream;

import reactor.core.Disposable;

/**
 * What a reader of a stream does.
 */
public interface StreamReading extends Disposable {

	/**
	 * Goes on with what was stored before, for which there is room now.
	 */
	void proceed();

}
