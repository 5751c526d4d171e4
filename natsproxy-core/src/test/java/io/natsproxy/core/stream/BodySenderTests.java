package io.natsproxy.core.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.wire.FrameKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link BodySender}.
 */
class BodySenderTests implements BodyTarget {

	private static final int MAX_MESSAGE = 200;

	private static final int FRAME = 10;

	private final List<String> sent = new CopyOnWriteArrayList<>();

	private volatile boolean crowded;

	private final List<Runnable> later = new CopyOnWriteArrayList<>();

	private final ByteBudget budget = new ByteBudget(1_000_000);

	private final ByteReservation memory = new ByteReservation(this.budget);

	private final ExchangeTimer timer = new ExchangeTimer();

	private final BodySender sender = sender(Duration.ofMinutes(1));

	private final TestPublisher<byte[]> source = TestPublisher.create();

	/**
	 * Whether the next frame is answered by credit before the sender goes on.
	 */
	private boolean refill;

	private BodySender sender(Duration slowAfter) {
		return new BodySender(new BodyShape(MAX_MESSAGE, FRAME, -1, slowAfter, slowAfter), this.memory, this.timer,
				this.later::add, this, Context.empty());
	}

	@AfterEach
	void close() {
		this.timer.close();
	}

	@Override
	public void complete(byte[] body) {
		this.sent.add("complete " + body.length);
		this.memory.release(body.length);
	}

	@Override
	public void begin(byte[] firstPart) {
		this.sent.add("begin " + firstPart.length);
	}

	@Override
	public void frame(FrameKind kind, byte[] payload) {
		this.sent.add(kind.token() + " " + payload.length);
		if (this.refill) {
			this.refill = false;
			this.sender.addCredit(10 * FRAME);
		}
	}

	@Override
	public boolean isCrowded() {
		return this.crowded;
	}

	@Override
	public void sent() {
		this.sent.add("sent");
	}

	@Override
	public void failed(Throwable failure) {
		this.sent.add("failed");
	}

	private void credit(long bytes) {
		this.sender.addCredit(bytes);
		runLater();
	}

	private void runLater() {
		List<Runnable> tasks = List.copyOf(this.later);
		this.later.clear();
		tasks.forEach(Runnable::run);
	}

	private void beginWith(int firstPart) {
		this.source.subscribe(this.sender);
		if (firstPart > 0) {
			this.source.next(new byte[firstPart]);
		}
		this.source.next(BodyChunks.FLUSH);
	}

	@Test
	void bodyThatFitsIsOneMessage() {
		this.source.subscribe(this.sender);
		this.source.next(new byte[MAX_MESSAGE - 1]).next(new byte[1]).complete();
		assertThat(this.sent).containsExactly("complete 200");
	}

	@Test
	void chunkThatDoesNotFitBeginsTheStream() {
		this.source.subscribe(this.sender);
		this.source.next(new byte[100]).next(new byte[101]);
		assertThat(this.sent).containsExactly("begin 100");
	}

	@Test
	void firstPartThatLeavesNoRoomForItsHeaderIsSentInFrames() {
		this.source.subscribe(this.sender);
		this.source.next(new byte[MAX_MESSAGE]).next(new byte[5]);
		assertThat(this.sent).containsExactly("begin 0");
		credit(1000);
		this.source.complete();
		assertThat(this.sent.stream().filter("data 10"::equals)).hasSize(20);
		assertThat(this.sent).endsWith("data 5", "end 0", "sent");
	}

	@Test
	void firstPartCountsAgainstTheCredit() {
		beginWith(30);
		credit(30);
		assertThat(this.sent).containsExactly("begin 30");
		credit(1);
		this.source.next(new byte[12]);
		assertThat(this.sent).containsExactly("begin 30", "data 10");
		credit(9);
		assertThat(this.sent).containsExactly("begin 30", "data 10");
		credit(1);
		assertThat(this.sent).containsExactly("begin 30", "data 10", "data 2");
	}

	@Test
	void endWaitsForTheFirstCreditOnly() {
		beginWith(30);
		this.source.complete();
		assertThat(this.sent).containsExactly("begin 30");
		credit(1);
		assertThat(this.sent).containsExactly("begin 30", "end 0", "sent");
	}

	@Test
	void endNeedsNoCreditAfterThat() {
		beginWith(0);
		credit(1);
		this.source.next(new byte[FRAME]).complete();
		assertThat(this.sent).containsExactly("begin 0", "data 10", "end 0", "sent");
	}

	@Test
	void endThatMeetsCreditIsSentOnce() {
		beginWith(0);
		credit(5);
		this.source.next(new byte[5]);
		this.sender.addCredit(5);
		this.source.complete();
		runLater();
		assertThat(this.sent).containsExactly("begin 0", "data 5", "end 0", "sent");
	}

	@Test
	void emptyChunksAndFlushesAskForMore() {
		beginWith(0);
		credit(5);
		this.source.next(new byte[0]).next(BodyChunks.FLUSH).next(new byte[0]).next(new byte[1]).complete();
		assertThat(this.sent).containsExactly("begin 0", "data 1", "end 0", "sent");
	}

	@Test
	void moreCreditThanAnyWindowIsRefused() {
		beginWith(0);
		this.sender.addCredit(Integer.MAX_VALUE);
		assertThatExceptionOfType(NatsExchangeException.class).isThrownBy(() -> this.sender.addCredit(1));
	}

	@Test
	void failureOfTheSourceIsToldOverWhatIsPending() {
		beginWith(0);
		this.source.error(new IllegalStateException());
		credit(100);
		assertThat(this.sent).containsExactly("begin 0", "failed");
	}

	@Test
	void nothingIsHeldWhenTheBodyIsSent() {
		beginWith(30);
		credit(1000);
		this.source.next(new byte[100]).next(new byte[1]).complete();
		assertThat(this.sent).endsWith("end 0", "sent");
		assertThat(this.memory.held()).isZero();
		assertThat(this.budget.peak()).isGreaterThanOrEqualTo(100);
	}

	@Test
	void chunkThatWaitsForCreditIsHeld() {
		beginWith(0);
		credit(5);
		this.source.next(new byte[100]);
		assertThat(this.sent).endsWith("data 10");
		assertThat(this.memory.held()).isEqualTo(90);
		credit(1000);
		this.source.error(new IllegalStateException());
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void sourceIsNotReadWithoutMemory() {
		this.budget.reserve(990_000);
		this.source.subscribe(this.sender);
		assertThat(this.source.wasRequested()).isFalse();
		this.budget.release(990_000);
		await().atMost(Duration.ofSeconds(20)).until(() -> !this.later.isEmpty());
		runLater();
		assertThat(this.source.wasRequested()).isTrue();
		this.source.next(new byte[1]).complete();
		assertThat(this.sent).containsExactly("complete 1");
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void sourceOfAStreamIsNotReadWhileTheConnectionIsCrowded() {
		this.crowded = true;
		beginWith(0);
		credit(100);
		assertThat(this.sender.awaitsSource()).isFalse();
		assertThat(this.timer.pending()).isOne();
		this.crowded = false;
		await().atMost(Duration.ofSeconds(20)).until(() -> !this.later.isEmpty());
		runLater();
		assertThat(this.sender.awaitsSource()).isTrue();
		this.source.next(new byte[2]).complete();
		assertThat(this.sent).containsExactly("begin 0", "data 2", "end 0", "sent");
		assertThat(this.budget.used()).isZero();
	}

	@Test
	void streamThatIsClosedWaitsForNoConnection() {
		this.crowded = true;
		beginWith(0);
		credit(100);
		this.sender.close();
		await().atMost(Duration.ofSeconds(20)).until(() -> this.timer.pending() == 0);
		assertThat(this.budget.used()).isZero();
		assertThat(this.later).isEmpty();
	}

	@Test
	void bodyThatFindsNoMemoryInTimeIsRefused() {
		this.budget.reserve(990_000);
		this.source.subscribe(this.sender);
		await().atMost(Duration.ofSeconds(30)).until(() -> this.sent.contains("failed"));
		assertThat(this.source.wasCancelled()).isTrue();
		this.budget.release(990_000);
		assertThat(this.budget.used()).isZero();
		assertThat(this.budget.waiting()).isZero();
	}

	@Test
	void bodyThatComesSlowlyBecomesAStream() {
		BodySender slow = sender(Duration.ofMillis(1));
		this.source.subscribe(slow);
		this.source.next(new byte[7]);
		await().atMost(Duration.ofSeconds(30)).until(() -> this.sent.contains("begin 7"));
		// Asked for before it was one.
		this.source.next(new byte[3]);
		assertThat(this.sent).containsExactly("begin 7");
		slow.addCredit(100);
		runLater();
		this.source.next(new byte[4]).complete();
		assertThat(this.sent).containsExactly("begin 7", "data 3", "data 4", "end 0", "sent");
		assertThat(this.memory.held()).isZero();
	}

	@Test
	void bodyOfWhichNothingHasComeIsNotBegun() {
		BodySender slow = sender(Duration.ofMillis(1));
		this.source.subscribe(slow);
		this.source.next(new byte[0]);
		assertThat(this.timer.pending()).isZero();
		this.source.next(new byte[1]).complete();
		assertThat(this.sent).containsExactly("complete 1");
	}

	@Test
	void theExecutorChoosesAThreadAnewWhenCreditHasComeMeanwhile() {
		Flux<byte[]> endless = Flux.generate((sink) -> sink.next(new byte[FRAME]));
		endless.startWith(BodyChunks.FLUSH).subscribe(this.sender);
		this.refill = true;
		credit(1);
		assertThat(this.sent).containsExactly("begin 0", "data 10");
		assertThat(this.later).hasSize(1);
		runLater();
		assertThat(this.sent).hasSize(12);
		assertThat(this.later).isEmpty();
	}

	@Test
	void aSourceThatAnswersLaterIsAskedWhereItHasAnswered() {
		beginWith(0);
		credit(1);
		this.refill = true;
		this.source.next(new byte[FRAME]).next(new byte[FRAME]);
		assertThat(this.sent).containsExactly("begin 0", "data 10", "data 10");
		assertThat(this.later).isEmpty();
	}

}
