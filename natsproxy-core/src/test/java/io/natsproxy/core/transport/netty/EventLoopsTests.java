package io.natsproxy.core.transport.netty;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link EventLoops} without native libraries.
 */
class EventLoopsTests {

	@Test
	void theSelectorIsAlwaysThere() throws Exception {
		assertRunsOn("nio", EventLoops.shared(EventLoopTransport.NIO, 2, "loops"), "loops-nio-1");
		assertRunsOn("nio", EventLoops.single(EventLoopTransport.NIO, "loop"), "loop");
	}

	@Test
	@DisabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
			disabledReason = "The native library is there")
	void theSelectorTakesThePlaceOfWhatIsNotThere() throws Exception {
		assertRunsOn("nio", EventLoops.shared(EventLoopTransport.AUTO, 1, "loops"), "loops-nio-1");
		assertRunsOn("nio", EventLoops.single(EventLoopTransport.AUTO, "loop"), "loop");
	}

	@ParameterizedTest
	@CsvSource({ "IO_URING, io_uring", "EPOLL, epoll" })
	@DisabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
			disabledReason = "The native library is there")
	void nothingTakesThePlaceOfWhatHasBeenAskedFor(EventLoopTransport transport, String name) {
		assertThatExceptionOfType(TransportUnavailableException.class)
			.isThrownBy(() -> EventLoops.shared(transport, 1, "loops"))
			.satisfies((ex) -> assertThat(ex.getTransport()).isEqualTo(name))
			.withMessageStartingWith("Event loops cannot be on " + name + ": ")
			.withMessageContaining("netty_transport_native_" + name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "io-uring", "IO_URING", " io_uring " })
	void theSystemPropertyNamesATransport(String name) {
		withProperty(name, () -> assertThat(EventLoopTransport.byDefault()).isEqualTo(EventLoopTransport.IO_URING));
	}

	@Test
	void aSystemPropertyThatNamesNoneIsRefused() {
		withProperty("kqueue", () -> assertThatIllegalArgumentException().isThrownBy(EventLoopTransport::byDefault));
	}

	private static void withProperty(String value, Runnable check) {
		String before = System.setProperty(EventLoopTransport.PROPERTY, value);
		try {
			check.run();
		}
		finally {
			if (before != null) {
				System.setProperty(EventLoopTransport.PROPERTY, before);
			}
			else {
				System.clearProperty(EventLoopTransport.PROPERTY);
			}
		}
	}

	private static void assertRunsOn(String transport, EventLoops loops, String thread) throws Exception {
		try {
			assertThat(loops.transport()).isEqualTo(transport);
			assertThat(new SharedEventLoops(List.of(loops.first()), loops.socketType(), 1).transport())
				.isEqualTo(transport);
			assertThat(loops.group().submit(() -> Thread.currentThread().getName()).get(30, TimeUnit.SECONDS))
				.startsWith(thread.replaceAll("\\d$", ""));
		}
		finally {
			loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
		}
	}

}
