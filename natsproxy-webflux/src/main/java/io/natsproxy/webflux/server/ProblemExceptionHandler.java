package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Locale;

import io.natsproxy.core.log.SafeText;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.MessageSource;
import org.springframework.context.NoSuchMessageException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Turns what handlers throw and do not handle themselves into problem bodies (RFC 9457):
 * with the status that the exception or its cause has in Spring, or with 500 and nothing
 * of the exception in it.
 */
class ProblemExceptionHandler implements WebExceptionHandler {

	/**
	 * The order of the handler: just before that of Spring Boot, which would write an
	 * error page.
	 */
	static final int ORDER = -1;

	private static final Log logger = LogFactory.getLog(ProblemExceptionHandler.class);

	private final MessageSource messages;

	private final ServerResponse.Context context;

	/**
	 * Creates a handler.
	 * @param messageWriters write the problems
	 * @param messages knows types, titles and details of problems by the codes that
	 * {@link ErrorResponse} has for them
	 */
	ProblemExceptionHandler(List<HttpMessageWriter<?>> messageWriters, MessageSource messages) {
		this.messages = messages;
		this.context = new ServerResponse.Context() {

			@Override
			public List<HttpMessageWriter<?>> messageWriters() {
				return messageWriters;
			}

			@Override
			public List<ViewResolver> viewResolvers() {
				return List.of();
			}

		};
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		if (exchange.getResponse().isCommitted()) {
			return Mono.error(ex);
		}
		Answer answer = answer(ex, exchange);
		if (answer == null) {
			logger.error(exchange.getLogPrefix() + "500 for " + exchange.getRequest().getMethod() + " "
					+ SafeText.of(exchange.getRequest().getURI().getRawPath()), ex);
			answer = new Answer(ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR), HttpHeaders.EMPTY);
		}
		return write(exchange, answer);
	}

	private @Nullable Answer answer(Throwable ex, ServerWebExchange exchange) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof ErrorResponse response) {
				return new Answer(localized(response, exchange), response.getHeaders());
			}
			ResponseStatus status = AnnotatedElementUtils.findMergedAnnotation(cause.getClass(), ResponseStatus.class);
			if (status != null) {
				ProblemDetail problem = ProblemDetail.forStatus(status.code());
				if (!status.reason().isEmpty()) {
					problem.setDetail(status.reason());
				}
				return new Answer(problem, HttpHeaders.EMPTY);
			}
		}
		return null;
	}

	private ProblemDetail localized(ErrorResponse response, ServerWebExchange exchange) {
		Locale locale = exchange.getLocaleContext().getLocale();
		try {
			return response.updateAndGetBody(this.messages, (locale != null) ? locale : Locale.getDefault());
		}
		catch (NoSuchMessageException | IllegalArgumentException ex) {
			logger.debug(exchange.getLogPrefix() + "The messages of a problem are not usable", ex);
			return response.getBody();
		}
	}

	private Mono<Void> write(ServerWebExchange exchange, Answer answer) {
		ProblemDetail problem = answer.problem();
		if (problem.getInstance() == null) {
			problem.setInstance(ProblemInstance.of(exchange.getRequest()));
		}
		// Headers that stand in the response already are not overwritten below.
		exchange.getResponse().getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		return ServerResponse.status(problem.getStatus())
			.headers((headers) -> headers.addAll(answer.headers()))
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyValue(problem)
			.flatMap((response) -> response.writeTo(exchange, this.context));
	}

	private record Answer(ProblemDetail problem, HttpHeaders headers) {
	}

}
