package io.natsproxy.client.openapi;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDocument;
import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.NatsRoute;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;

/**
 * Makes documents of mappings and signatures: methods, templates, parameters, media types
 * and, where swagger-core is on the class path, the schemas of bodies.
 */
public final class MethodDocuments implements ServiceDocuments {

	private static final boolean SWAGGER = ClassUtils.isPresent("io.swagger.v3.core.converter.ModelConverters",
			MethodDocuments.class.getClassLoader());

	/**
	 * What OpenAPI can say of the methods of HTTP, but for those that are hardly meant by
	 * a route that names none. HEAD goes without saying.
	 */
	private static final List<String> USUAL = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

	private static final Set<String> KNOWN = Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

	private final ApplicationContext context;

	private final DocumentWriter writer;

	private final Supplier<TypeSchemas> types;

	/**
	 * Creates the object.
	 * @param context the context of the application
	 */
	public MethodDocuments(ApplicationContext context) {
		this(context, SWAGGER ? SwaggerTypeSchemas::new : SimpleTypeSchemas::new);
	}

	MethodDocuments(ApplicationContext context, Supplier<TypeSchemas> types) {
		this.context = context;
		this.types = types;
		this.writer = new DocumentWriter(context.getEnvironment());
	}

	@Override
	public @Nullable ServiceDocument make(ServiceDescription service, NatsHandler handler) {
		TypeSchemas types = this.types.get();
		ObjectNode document = this.writer.newDocument();
		ObjectNode paths = document.putObject("paths");
		OperationWriter operations = new OperationWriter(types);
		Set<String> ids = new HashSet<>();
		// In an order that does not change from start to start.
		DescribedMethods.of(this.context, handler.handlers())
			.entrySet()
			.stream()
			.sorted(Comparator.comparing((entry) -> entry.getKey() + " " + entry.getValue()))
			.forEach((entry) -> add(entry, operations, ids, paths));
		for (NatsRoute route : handler.handlers().functionRoutes()) {
			addFunction(route, operations, paths);
		}
		ObjectNode schemas = types.components();
		if (!schemas.isEmpty()) {
			document.putObject("components").set("schemas", schemas);
		}
		return this.writer.write(document, service, handler);
	}

	private static void add(Map.Entry<RequestMappingInfo, HandlerMethod> entry, OperationWriter operations,
			Set<String> ids, ObjectNode paths) {
		RequestMappingInfo mapping = entry.getKey();
		List<String> methods = mapping.getMethodsCondition().getMethods().stream().map(Enum::name).sorted().toList();
		for (String pattern : DescribedMethods.patterns(mapping)) {
			PathTemplate template = PathTemplate.of(pattern);
			for (String method : methods.isEmpty() ? USUAL : methods) {
				if (KNOWN.contains(method)) {
					ObjectNode operation = operations.write(method, template, mapping, entry.getValue());
					String id = entry.getValue().getMethod().getName();
					String unique = id;
					for (int number = 1; !ids.add(unique); number++) {
						unique = id + "_" + number;
					}
					operation.put("operationId", unique);
					put(paths, template, method, operation);
				}
			}
		}
	}

	private static void addFunction(NatsRoute route, OperationWriter operations, ObjectNode paths) {
		PathTemplate template = PathTemplate.of(route.pattern());
		for (String method : route.methods().isEmpty() ? USUAL : route.methods()) {
			if (KNOWN.contains(method)) {
				put(paths, template, method, operations.write(template, route));
			}
		}
	}

	/**
	 * Puts an operation where there is none. Handlers that share methods and path differ
	 * by what OpenAPI cannot tell apart.
	 */
	private static void put(ObjectNode paths, PathTemplate template, String method, ObjectNode operation) {
		ObjectNode path = paths.has(template.path()) ? (ObjectNode) paths.path(template.path())
				: paths.putObject(template.path());
		String name = method.toLowerCase(Locale.ROOT);
		if (!path.has(name)) {
			path.set(name, operation);
		}
	}

}
