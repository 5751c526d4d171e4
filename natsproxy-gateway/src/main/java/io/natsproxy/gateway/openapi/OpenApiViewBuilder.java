package io.natsproxy.gateway.openapi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the documents, one service after the other, in the order of their names. What is
 * known of a service by itself is not made again. To be used once, by one thread.
 */
final class OpenApiViewBuilder {

	/**
	 * Most operations of all services that are described together.
	 */
	static final int MAX_OPERATIONS = 10_000;

	/**
	 * Most services that are described.
	 */
	static final int MAX_SERVICES = 500;

	private static final RateLimitedLog warnings = new RateLimitedLog(LoggerFactory.getLogger(OpenApiViewBuilder.class),
			Duration.ofMinutes(10));

	private static final String INFO = "info";

	private final DocumentMerge all = new DocumentMerge();

	private final Map<String, WrittenDocument> documents = new LinkedHashMap<>();

	private final List<String> leftOut = new ArrayList<>();

	private final long maxWeight;

	private long weight;

	private int operations;

	/**
	 * Creates a builder.
	 * @param maxWeight the most that all documents together may weigh in that of all
	 */
	OpenApiViewBuilder(long maxWeight) {
		this.maxWeight = maxWeight;
	}

	/**
	 * Adds a service.
	 * @param plain what is known of it without its document
	 * @param document reads its document, or returns {@code null} where it has none
	 * @param known what has been made of the same before, {@code null} if nothing has
	 * @return what is made of it, {@code null} if it is left out altogether
	 */
	@Nullable Single add(ServiceContent plain, Supplier<@Nullable ObjectNode> document, @Nullable Single known) {
		String name = plain.name();
		if (this.documents.size() >= MAX_SERVICES) {
			leaveOut(name);
			return null;
		}
		int more = plain.endpoints().routes().size();
		boolean fits = this.operations + more <= MAX_OPERATIONS;
		if (known != null && !fits) {
			this.documents.put(name, known.document());
			leaveOut(name);
			return known;
		}
		boolean isPlain = known != null && known.isPlain();
		ServiceOperations service = new ServiceOperations(isPlain ? plain : plain.with(document.get()));
		Single single = (known != null) ? known : single(service);
		this.documents.put(name, single.document());
		if (!fits) {
			leaveOut(name);
			return single;
		}
		if (single.isPlain() && service.service().document() != null) {
			service = new ServiceOperations(plain);
		}
		else if (this.weight + single.weight() > this.maxWeight) {
			warnings.warn("The OpenAPI document of service '{}' is not shown among all: they are too much together",
					SafeText.of(name));
			service = new ServiceOperations(plain);
		}
		this.operations += more;
		this.all.add(service);
		this.weight += service.kept();
		return single;
	}

	private void leaveOut(String service) {
		this.leftOut.add(service);
		this.all.leaveOut(service);
	}

	/**
	 * Writes the document of a service by itself. Whatever that fails by must not keep
	 * the others back: then it is described by its routes alone.
	 */
	private static Single single(ServiceOperations service) {
		try {
			WrittenDocument document = write(service);
			return new Single(document, service.service().document() == null, service.kept(), service.left(),
					service.broken());
		}
		catch (RuntimeException | StackOverflowError ex) {
			warnings.warn("The OpenAPI document of service '{}' cannot be shown: {}",
					SafeText.of(service.service().name()), ex.toString());
			return new Single(write(new ServiceOperations(service.service().with(null))), true, 0, 0, 0);
		}
	}

	private static WrittenDocument write(ServiceOperations service) {
		DocumentMerge merge = new DocumentMerge();
		merge.add(service);
		return WrittenDocument.of(merge.finish(info(service.service())));
	}

	private static ObjectNode info(ServiceContent service) {
		ObjectNode info = JsonMapper.shared()
			.createObjectNode()
			.put("title", service.name())
			.put("version", service.version());
		ObjectNode document = service.document();
		if (document != null && document.path(INFO) instanceof ObjectNode told) {
			for (String name : List.of("title", "version", "description")) {
				String text = told.path(name).asString("");
				if (!text.isEmpty()) {
					info.put(name, text);
				}
			}
		}
		return info;
	}

	/**
	 * Returns the names of services that are not in the document of all, since there are
	 * too many.
	 */
	List<String> leftOut() {
		return this.leftOut;
	}

	/**
	 * Returns the documents.
	 * @param title the title of that of all
	 */
	OpenApiView build(String title) {
		ObjectNode info = JsonMapper.shared()
			.createObjectNode()
			.put("title", title)
			.put("version", "live")
			.put("description", "What the services on the bus answer now");
		return new OpenApiView(WrittenDocument.of(this.all.finish(info)), this.documents);
	}

	/**
	 * What is made of a service by itself.
	 *
	 * @param document its document
	 * @param isPlain whether it is made of its routes alone
	 * @param weight what it weighs
	 * @param left how many operations are left out
	 * @param broken how many operations are described by their routes
	 */
	record Single(WrittenDocument document, boolean isPlain, long weight, int left, int broken) {

	}

}
