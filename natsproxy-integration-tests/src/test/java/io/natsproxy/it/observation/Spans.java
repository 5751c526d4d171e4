package io.natsproxy.it.observation;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The spans of an application, as they end.
 */
final class Spans implements SpanExporter {

	private static final AttributeKey<String> URL = AttributeKey.stringKey("http.url");

	private final List<SpanData> ended = new CopyOnWriteArrayList<>();

	@Override
	public CompletableResultCode export(Collection<SpanData> spans) {
		this.ended.addAll(spans);
		return CompletableResultCode.ofSuccess();
	}

	/**
	 * Waits for the span of a kind whose URL ends with a path.
	 */
	SpanData one(SpanKind kind, String path) {
		return await().atMost(Duration.ofSeconds(20)).until(() -> of(kind, path), (spans) -> !spans.isEmpty()).get(0);
	}

	private List<SpanData> of(SpanKind kind, String path) {
		return this.ended.stream()
			.filter((span) -> span.getKind() == kind)
			.filter((span) -> String.valueOf(span.getAttributes().get(URL)).endsWith(path))
			.toList();
	}

	static void assertChild(SpanData child, SpanData parent) {
		assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
		assertThat(child.getParentSpanId()).isEqualTo(parent.getSpanId());
	}

	@Override
	public CompletableResultCode flush() {
		return CompletableResultCode.ofSuccess();
	}

	@Override
	public CompletableResultCode shutdown() {
		return CompletableResultCode.ofSuccess();
	}

}
