package io.natsproxy.core.liveness;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets errors that a test has thrown on other threads be: Awaitility would throw them
 * again in whichever test waits, and an {@link OutOfMemoryError} there ends the run.
 */
public final class ThrownErrors implements BeforeAllCallback {

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.doNotCatchUncaughtExceptionsByDefault();
	}

}
