package io.natsproxy.gateway.response;

import java.util.List;

import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;

/**
 * Applies rules to all responses of the application, those of filters and of handlers of
 * exceptions among them, when everything else that is done before a response is committed
 * has been done. Stands next to the chain of filters, so that these cannot get past it.
 *
 * <p>
 * The rules are listed by the auto-configuration; beans of {@code FieldRule} are not
 * collected.
 */
public final class FieldRules implements HttpHandlerDecoratorFactory {

	private final ApplicationContext context;

	private final List<FieldRule> rules;

	/**
	 * Creates the rules.
	 * @param context the context whose responses are changed; those of a management
	 * context, which sees this object too, are not
	 * @param rules the rules in the order in which they apply; nothing is done, and costs
	 * anything, where there are none
	 */
	public FieldRules(ApplicationContext context, List<FieldRule> rules) {
		this.context = context;
		this.rules = List.copyOf(rules);
	}

	@Override
	public HttpHandler apply(HttpHandler handler) {
		if (this.rules.isEmpty() || isOfAnotherContext(handler)) {
			return handler;
		}
		return (request, response) -> handler.handle(request,
				new RuledResponse(response, () -> this.rules.forEach((rule) -> rule.apply(request, response))));
	}

	/**
	 * Applies those rules that hold for every request to the fields of what answers one
	 * that could not be read.
	 * @param fields the fields, changed in place
	 */
	public void applyToRefusal(HttpHeaders fields) {
		this.rules.forEach((rule) -> rule.applyToRefusal(fields));
	}

	private boolean isOfAnotherContext(HttpHandler handler) {
		return handler instanceof HttpWebHandlerAdapter adapter && adapter.getApplicationContext() != this.context;
	}

}
