package io.natsproxy.core.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitedLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(RateLimitedLogTests.class);

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	@BeforeEach
	void attach() {
		this.lines.start();
		this.logger.setAdditive(false);
		this.logger.addAppender(this.lines);
		this.logger.setLevel(Level.INFO);
	}

	@AfterEach
	void detach() {
		this.logger.detachAppender(this.lines);
		this.logger.setLevel(null);
		this.logger.setAdditive(true);
	}

	@Test
	void oneLineInAnInterval() {
		RateLimitedLog log = new RateLimitedLog(this.logger, Duration.ofHours(1));
		for (int i = 0; i < 1000; i++) {
			log.warn("Refused {}", "it");
		}
		assertThat(lines()).containsExactly("Refused it");
	}

	@Test
	void argumentsAreMadeForLinesThatSomebodySees() {
		RateLimitedLog log = new RateLimitedLog(this.logger, Duration.ofHours(1));
		AtomicInteger made = new AtomicInteger();
		for (int i = 0; i < 1000; i++) {
			log.warn("Refused {}", () -> new Object[] { made.incrementAndGet() });
		}
		assertThat(lines()).containsExactly("Refused 1");
		assertThat(made).hasValue(1);
		this.logger.setLevel(Level.ERROR);
		log.warn("Refused {}", () -> new Object[] { made.incrementAndGet() });
		assertThat(made).hasValue(1);
	}

	@Test
	void nextLineTellsHowManyWereLeftOut() {
		RateLimitedLog log = new RateLimitedLog(this.logger, Duration.ofMillis(100));
		int leftOut = -2;
		for (long end = System.nanoTime() + 10_000_000_000L; lines().size() < 2 && System.nanoTime() < end;) {
			log.warn("Refused {}", "it");
			leftOut++;
		}
		assertThat(lines()).containsExactly("Refused it",
				"Refused it (" + leftOut + " more like this since the last such line)");
	}

	@Test
	void whatIsLeftOutIsDebugOutput() {
		this.logger.setLevel(Level.DEBUG);
		RateLimitedLog log = new RateLimitedLog(this.logger, Duration.ofHours(1));
		log.warn("Refused {}", "1");
		log.warn("Refused {}", "2");
		assertThat(this.lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.DEBUG);
	}

	@Test
	void textsAreMadeSafe() {
		new RateLimitedLog(this.logger).warn("Refused {} of {}", "a\nb", 7);
		assertThat(lines()).containsExactly("Refused a?b of 7");
	}

	private List<String> lines() {
		return this.lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
