package io.natsproxy.gateway.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ConnectionStateTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private final ConnectionState state = state(Duration.ofSeconds(5));

	@Test
	void firstHeadIsDueFromWhenTheConnectionIsThere() {
		assertThat(this.state.isOverdue(2 * SECOND, false)).isFalse();
		this.state.bytesReceived();
		assertThat(this.state.phase()).isEqualTo(ConnectionPhase.HEAD);
		assertThat(this.state.isOverdue(SECOND, false)).isTrue();
	}

	@Test
	void laterHeadIsDueFromItsFirstByte() {
		exchange();
		assertThat(this.state.isOverdue(6 * SECOND, false)).isFalse();
		this.state.bytesReceived();
		assertThat(this.state.isOverdue(2 * SECOND, false)).isFalse();
		assertThat(this.state.isOverdue(SECOND, false)).isTrue();
	}

	@Test
	void connectionIsIdleOnceItsResponseIsTaken() {
		exchange();
		assertThat(this.state.isOverdue(100 * SECOND, true)).isFalse();
		assertThat(this.state.isOverdue(6 * SECOND, false)).isFalse();
		assertThat(this.state.isOverdue(SECOND, false)).isTrue();
	}

	@Test
	void requestHasNoTimeOut() {
		this.state.headComplete();
		assertThat(this.state.phase()).isEqualTo(ConnectionPhase.BUSY);
		assertThat(this.state.isOverdue(1000 * SECOND, false)).isFalse();
	}

	@Test
	void restOfAnAnsweredBodyIsReadForSomeTimeOnly() {
		this.state.headComplete();
		this.state.answered();
		assertThat(this.state.phase()).isEqualTo(ConnectionPhase.UNREAD);
		assertThat(this.state.isOverdue(5 * SECOND, false)).isTrue();
		assertThat(this.state.stopReading()).isTrue();
		assertThat(this.state.phase()).isEqualTo(ConnectionPhase.BUSY);
		assertThat(this.state.stopReading()).isFalse();
	}

	@Test
	void nextRequestIsAwaitedAfterTheRestOfABody() {
		this.state.headComplete();
		this.state.answered();
		this.state.requestComplete();
		assertThat(this.state.phase()).isEqualTo(ConnectionPhase.WAITING);
		assertThat(this.state.mustLinger()).isFalse();
	}

	@Test
	void connectionLingersWhileItsClientSendsOnly() {
		assertThat(this.state.mustLinger()).isFalse();
		this.state.headComplete();
		assertThat(this.state.mustLinger()).isTrue();
		this.state.linger();
		assertThat(this.state.isLingering()).isTrue();
		assertThat(this.state.mustLinger()).isFalse();
		assertThat(this.state.isOverdue(5 * SECOND, false)).isTrue();
	}

	@Test
	void nobodyLingersForAClientThatHasEndedOrGone() {
		this.state.headComplete();
		assertThat(this.state.inputEnded()).isFalse();
		assertThat(this.state.mustLinger()).isFalse();
		ConnectionState gone = state(Duration.ofSeconds(5));
		gone.refusing();
		gone.gone();
		assertThat(gone.mustLinger()).isFalse();
		assertThat(gone.inputEnded()).isTrue();
		ConnectionState withoutTime = state(Duration.ZERO);
		withoutTime.refusing();
		assertThat(withoutTime.mustLinger()).isFalse();
	}

	@Test
	void onlyStreamsKeepAConnectionOfHttp2Open() {
		this.state.streams();
		this.state.bytesReceived();
		assertThat(this.state.phase()).isEqualTo(ConnectionPhase.STREAMS);
		this.state.streams(1);
		assertThat(this.state.isOverdue(6 * SECOND, false)).isFalse();
		this.state.streams(0);
		assertThat(this.state.isOverdue(SECOND, false)).isTrue();
	}

	private void exchange() {
		this.state.bytesReceived();
		this.state.headComplete();
		this.state.requestComplete();
		this.state.answered();
	}

	private static ConnectionState state(Duration drainTimeout) {
		return new ConnectionState(new ClientLimits(Duration.ofSeconds(3), Duration.ofSeconds(7), 0, 0,
				Duration.ofSeconds(1), 0, drainTimeout, 1024, Duration.ZERO));
	}

}
