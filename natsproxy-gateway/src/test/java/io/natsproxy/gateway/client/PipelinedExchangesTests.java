package io.natsproxy.gateway.client;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PipelinedExchangesTests {

	private final PipelinedExchanges exchanges = new PipelinedExchanges();

	@Test
	void lastRequestBehindOthersEndsTheInputAndItsAnswerTheConnection() {
		this.exchanges.add(request("keep-alive"));
		assertThat(this.exchanges.complete()).isFalse();
		HttpRequest last = request("close, x-other");
		this.exchanges.add(last);
		assertThat(this.exchanges.input()).isEqualTo(InputState.CLOSING);
		assertThat(last.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("keep-alive, x-other");
		assertThat(this.exchanges.complete()).isTrue();
		assertThat(this.exchanges.input()).isEqualTo(InputState.ENDED);
		assertThat(this.exchanges.isLastAnnounced()).isTrue();
		assertThat(respond(HttpResponseStatus.OK).headers().get(HttpHeaderNames.CONNECTION)).isNull();
		assertThat(this.exchanges.isLastResponse()).isFalse();
		assertThat(this.exchanges.answered()).isFalse();
		assertThat(respond(HttpResponseStatus.OK).headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
		assertThat(this.exchanges.isLastResponse()).isTrue();
		assertThat(this.exchanges.answered()).isTrue();
	}

	@Test
	void lastRequestBehindNoOtherIsLeftToReactorNetty() {
		HttpRequest only = request("close");
		this.exchanges.add(only);
		assertThat(this.exchanges.complete()).isFalse();
		assertThat(this.exchanges.input()).isEqualTo(InputState.OPEN);
		assertThat(only.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
		assertThat(this.exchanges.isLastAnnounced()).isTrue();
		assertThat(this.exchanges.answered()).isTrue();
		assertThat(this.exchanges.isLastAnnounced()).isFalse();
	}

	@Test
	void informationAnswersNothing() {
		this.exchanges.add(request("keep-alive"));
		respond(HttpResponseStatus.CONTINUE);
		assertThat(this.exchanges.isResponding()).isFalse();
		respond(HttpResponseStatus.OK);
		assertThat(this.exchanges.isResponding()).isTrue();
		this.exchanges.answered();
		assertThat(this.exchanges.isResponding()).isFalse();
		assertThat(this.exchanges.isEmpty()).isTrue();
	}

	@Test
	void soManyRequestsMayWait() {
		for (int i = 0; i < PipelinedExchanges.MAX; i++) {
			assertThat(this.exchanges.isFull()).isFalse();
			this.exchanges.add(request("keep-alive"));
		}
		assertThat(this.exchanges.isFull()).isTrue();
	}

	@Test
	void requestMayFollowARefusedOneThatIsAloneAndHasNoBody() {
		assertThat(this.exchanges.mayFollow(request("keep-alive"))).isTrue();
		assertThat(this.exchanges.mayFollow(request("close"))).isFalse();
		HttpRequest withBody = request("keep-alive");
		withBody.headers().set(HttpHeaderNames.CONTENT_LENGTH, 1);
		assertThat(this.exchanges.mayFollow(withBody)).isFalse();
		this.exchanges.add(request("keep-alive"));
		assertThat(this.exchanges.mayFollow(request("keep-alive"))).isFalse();
	}

	private HttpResponse respond(HttpResponseStatus status) {
		HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
		this.exchanges.respond(response);
		return response;
	}

	private static HttpRequest request(String connection) {
		HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
		request.headers().set(HttpHeaderNames.CONNECTION, connection);
		return request;
	}

}
