package io.natsproxy.client.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Logs that an application serves no HTTP because {@link NatsServiceTypeDeducer} has
 * found no web server, which may be one of the application's own that it does not know.
 */
class NatsServiceTypeListener implements ApplicationListener<ApplicationStartedEvent> {

	private static final String PROPERTY = "spring.main.web-application-type";

	private static final Logger logger = LoggerFactory.getLogger(NatsServiceTypeListener.class);

	private final WebApplicationType.Deducer deducer;

	NatsServiceTypeListener() {
		this(new NatsServiceTypeDeducer());
	}

	/**
	 * Creates the listener.
	 * @param deducer tells what has been deduced
	 */
	NatsServiceTypeListener(WebApplicationType.Deducer deducer) {
		this.deducer = deducer;
	}

	@Override
	public void onApplicationEvent(ApplicationStartedEvent event) {
		if (event.getSpringApplication().getWebApplicationType() == WebApplicationType.NONE
				&& !event.getApplicationContext().getEnvironment().containsProperty(PROPERTY)
				&& this.deducer.deduceWebApplicationType() == WebApplicationType.NONE) {
			logger.info("The application serves no HTTP, since springdoc has come without a web server. "
					+ "If it has a web server of its own, set {}=reactive", PROPERTY);
		}
	}

}
