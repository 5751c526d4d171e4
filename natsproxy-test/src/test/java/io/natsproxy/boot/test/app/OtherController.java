package io.natsproxy.boot.test.app;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;

/**
 * Another controller, without which tests of the first do.
 */
@NatsController
class OtherController {

	@NatsGet("/other")
	String other() {
		return "other";
	}

}
