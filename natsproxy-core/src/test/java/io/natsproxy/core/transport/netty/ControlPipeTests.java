package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

class ControlPipeTests {

	private final ControlPipe pipe = new ControlPipe(0);

	@Test
	void bytesAreReadInTheirOrder() throws IOException {
		this.pipe.offer(bytes("abc"));
		this.pipe.offer(bytes(""));
		this.pipe.offer(bytes("defgh"));
		assertThat(read(2)).isEqualTo("ab");
		assertThat(read(9)).isEqualTo("c");
		this.pipe.offer(bytes("i"));
		assertThat(read(5)).isEqualTo("defgh");
		assertThat(read(1)).isEqualTo("i");
	}

	@Test
	void bytesGoWhereTheReaderWantsThem() throws IOException {
		byte[] target = bytes("------");
		this.pipe.offer(bytes("abc"));
		assertThat(this.pipe.read(target, 2, 2)).isEqualTo(2);
		assertThat(target).asString(StandardCharsets.US_ASCII).isEqualTo("--ab--");
	}

	@Test
	void sizeIsWhatWaitsToBeRead() throws IOException {
		assertThat(this.pipe.size()).isZero();
		assertThat(this.pipe.offer(bytes("abc"))).isEqualTo(3);
		assertThat(this.pipe.offer(bytes("de"))).isEqualTo(5);
		assertThat(read(2)).isEqualTo("ab");
		assertThat(this.pipe.size()).isEqualTo(3);
		assertThat(read(2)).isEqualTo("c");
		assertThat(read(2)).isEqualTo("de");
		assertThat(this.pipe.size()).isZero();
	}

	@Test
	void aReaderWaitsForBytes() throws Exception {
		FutureTask<String> reading = startReading(this.pipe, Thread.State.WAITING);
		this.pipe.offer(bytes("abc"));
		assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo("abc");
	}

	@Test
	void aReaderThatMayWaitLongGetsWhatComesInTime() throws Exception {
		ControlPipe pipe = new ControlPipe(60_000);
		FutureTask<String> reading = startReading(pipe, Thread.State.TIMED_WAITING);
		pipe.offer(bytes("abc"));
		assertThat(reading.get(30, TimeUnit.SECONDS)).isEqualTo("abc");
	}

	@Test
	void aReaderDoesNotWaitBeyondTheTimeout() throws IOException {
		ControlPipe pipe = new ControlPipe(20);
		long start = System.nanoTime();
		assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> pipe.read(new byte[1], 0, 1));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
		pipe.offer(bytes("late"));
		byte[] target = new byte[4];
		assertThat(pipe.read(target, 0, 4)).isEqualTo(4);
		assertThat(target).isEqualTo(bytes("late"));
	}

	@Test
	void whatIsThereIsReadBeforeTheEnd() throws IOException {
		this.pipe.offer(bytes("abc"));
		this.pipe.end(null);
		assertThat(this.pipe.offer(bytes("def"))).isEqualTo(3);
		assertThat(read(2)).isEqualTo("ab");
		assertThat(read(2)).isEqualTo("c");
		assertThat(this.pipe.read(new byte[1], 0, 1)).isEqualTo(-1);
		assertThat(this.pipe.read(new byte[1], 0, 1)).isEqualTo(-1);
	}

	@Test
	void whatIsThereIsReadBeforeTheFailure() throws IOException {
		IOException failure = new IOException("Connection reset");
		this.pipe.offer(bytes("abc"));
		this.pipe.end(failure);
		this.pipe.end(null);
		assertThat(read(3)).isEqualTo("abc");
		for (int i = 0; i < 2; i++) {
			assertThatIOException().isThrownBy(() -> this.pipe.read(new byte[1], 0, 1))
				.withMessage("Connection reset")
				.withCause(failure);
		}
	}

	@Test
	void theFirstEndCounts() throws IOException {
		this.pipe.end(null);
		this.pipe.end(new IOException("too late"));
		assertThat(this.pipe.read(new byte[1], 0, 1)).isEqualTo(-1);
	}

	@Test
	void theEndIsToldToAReaderThatWaits() throws Exception {
		FutureTask<String> reading = startReading(this.pipe, Thread.State.WAITING);
		this.pipe.end(null);
		assertThat(reading.get(5, TimeUnit.SECONDS)).isNull();
	}

	@Test
	void aReaderCanBeInterrupted() throws Exception {
		FutureTask<Boolean> reading = new FutureTask<>(() -> {
			assertThatIOException().isThrownBy(() -> this.pipe.read(new byte[1], 0, 1));
			return Thread.currentThread().isInterrupted();
		});
		Thread thread = new Thread(reading);
		thread.start();
		thread.interrupt();
		assertThat(reading.get(30, TimeUnit.SECONDS)).isTrue();
	}

	private static FutureTask<String> startReading(ControlPipe pipe, Thread.State expected) {
		FutureTask<String> reading = new FutureTask<>(() -> {
			byte[] target = new byte[100];
			int read = pipe.read(target, 0, 100);
			return (read >= 0) ? new String(target, 0, read, StandardCharsets.US_ASCII) : null;
		});
		Thread thread = new Thread(reading);
		thread.setDaemon(true);
		thread.start();
		await().until(() -> thread.getState() == expected);
		return reading;
	}

	private String read(int length) throws IOException {
		byte[] target = new byte[length];
		return new String(target, 0, this.pipe.read(target, 0, length), StandardCharsets.US_ASCII);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
