package io.natsproxy.gateway.declared.object;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.jetstream.ObjectReader;
import io.natsproxy.core.jetstream.ObjectStores;
import io.natsproxy.core.jetstream.ObjectUpload;
import io.natsproxy.core.jetstream.StoredObject;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.core.subject.PatternSegment;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.declared.RouteRequest;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRange;
import org.springframework.http.server.PathContainer;

/**
 * Makes the handlers of {@link ObjectStoreTarget}s.
 */
public final class ObjectStoreHandlers implements RouteHandlerFactory {

	private static final byte[] NO_BODY = new byte[0];

	private final ObjectStores stores;

	/**
	 * Creates the factory.
	 * @param stores the object stores
	 */
	public ObjectStoreHandlers(ObjectStores stores) {
		this.stores = stores;
	}

	@Override
	public @Nullable RouteHandler create(NatsRoute route) {
		return (route.target() instanceof ObjectStoreTarget target) ? new Handler(route, target) : null;
	}

	private static RouteProblemException notFound() {
		return new RouteProblemException(404, "There is no such object");
	}

	private static NatsReply reply(int status, HeaderFields fields) {
		return new NatsReply(new ResponseHead(status, fields), NO_BODY);
	}

	private final class Handler implements RouteHandler {

		private final ObjectStoreTarget target;

		private final @Nullable ObjectNameTemplate template;

		/**
		 * Number of segments of the path before those that make the name.
		 */
		private final int before;

		private Handler(NatsRoute route, ObjectStoreTarget target) {
			this.target = target;
			this.template = (target.name() != null) ? ObjectNameTemplate.of(target.name()) : null;
			String pattern = route.path().getPatternString();
			List<String> segments = PatternSegment.split(pattern);
			this.before = segments.size() - 1;
			if (this.template != null) {
				List<String> known = PathTemplate.of(pattern)
					.variables()
					.stream()
					.map(PathTemplate.Variable::name)
					.toList();
				this.template.variables().stream().filter((name) -> !known.contains(name)).forEach((name) -> {
					throw new IllegalArgumentException("Route '" + route + "': its path has no variable '" + name
							+ "', of which '" + target.name() + "' is made");
				});
			}
			else if (segments.isEmpty() || PatternSegment.isLiteral(segments.get(this.before))) {
				throw new IllegalArgumentException("Route '" + route
						+ "': its path ends with nothing that could be the name of an object, and it has no 'name'");
			}
		}

		@Override
		public Mono<NatsReply> handle(RouteRequest request) {
			ObjectName name = (this.template != null) ? this.template.expand(request.variables())
					: ObjectName.of("", rest(request));
			HttpMethod method = request.method();
			if (name.isEmpty()) {
				return list(name, request);
			}
			if (method == HttpMethod.PUT) {
				return put(name.toString(), request);
			}
			return (method == HttpMethod.DELETE) ? delete(name.toString(), request) : get(name.toString(), request);
		}

		private List<String> rest(RouteRequest request) {
			PathContainer path = request.exchange().getRequest().getPath().pathWithinApplication();
			List<String> segments = new ArrayList<>();
			int slashes = 0;
			for (PathContainer.Element element : path.elements()) {
				if (element instanceof PathContainer.Separator) {
					if (++slashes > this.before) {
						segments.add("");
					}
				}
				else if (slashes > this.before && element instanceof PathContainer.PathSegment segment) {
					segments.set(segments.size() - 1, segment.valueToMatch());
				}
			}
			return segments;
		}

		private Mono<NatsReply> list(ObjectName name, RouteRequest request) {
			if (request.method() == HttpMethod.PUT || request.method() == HttpMethod.DELETE) {
				throw new MalformedMessageException("The path names no object");
			}
			if (!this.target.listing()) {
				throw notFound();
			}
			ObjectListing listing = ObjectListing.of(request.query());
			return ObjectStoreHandlers.this.stores
				.list(this.target.bucket(), name.fixed() + listing.prefix(), listing.after(), listing.limit())
				.map(ObjectListing::reply);
		}

		private Mono<NatsReply> delete(String name, RouteRequest request) {
			Predicate<@Nullable StoredObject> allowed = new ObjectConditions(request.fields()).allowed(true);
			return ObjectStoreHandlers.this.stores.delete(this.target.bucket(), name, allowed).map((deleted) -> {
				if (!deleted) {
					throw notFound();
				}
				return reply(204, (action) -> {
				});
			});
		}

		private Mono<NatsReply> put(String name, RouteRequest request) {
			FieldList fields = request.fields();
			if (fields.first(HttpHeaders.CONTENT_RANGE) != null) {
				throw new MalformedMessageException("Objects are stored as a whole, without 'Content-Range'");
			}
			ObjectUpload upload = new ObjectUpload(this.target.bucket(), name, this.target.chunkSize(),
					this.target.maxObjectSize(), request.length(), ObjectFields.sha256(fields),
					ObjectFields.headers(fields), ObjectFields.metadata(fields));
			return ObjectStoreHandlers.this.stores
				.put(upload, new ObjectConditions(fields).allowed(true), request.body(), request.memory())
				.map((stored) -> {
					FieldList answer = new FieldList();
					answer.add(HttpHeaders.ETAG, ObjectConditions.tag(stored.sha256()));
					answer.add(ObjectFields.REPR_DIGEST, ObjectFields.digest(stored.sha256()));
					return reply(stored.created() ? 201 : 204, answer);
				});
		}

		private Mono<NatsReply> get(String name, RouteRequest request) {
			ObjectConditions conditions = new ObjectConditions(request.fields());
			Predicate<@Nullable StoredObject> allowed = conditions.allowed(false);
			return find(name).switchIfEmpty(Mono.error(ObjectStoreHandlers::notFound)).flatMap((object) -> {
				if (!allowed.test(object)) {
					throw new RouteProblemException(412, "The object has been changed since");
				}
				if (conditions.isNotModified(object)) {
					return Mono.just(reply(304, ObjectFields.validators(object)));
				}
				if (request.method() == HttpMethod.HEAD) {
					return Mono.just(reply(200, withLength(ObjectFields.of(object), object.size())));
				}
				HttpRange range = conditions.isRangeWanted(object) ? range(request.fields()) : null;
				return (range != null && object.isEven()) ? part(object, range, request) : whole(object, request);
			});
		}

		/**
		 * Finds an object, or that which a link of the same bucket leads to. Other
		 * buckets have not been declared.
		 */
		private Mono<StoredObject> find(String name) {
			ObjectStores stores = ObjectStoreHandlers.this.stores;
			return stores.find(this.target.bucket(), name).flatMap((object) -> {
				String link = object.link();
				if (link == null) {
					return Mono.just(object);
				}
				return link.isEmpty() ? Mono.empty()
						: stores.find(this.target.bucket(), link).filter((linked) -> linked.link() == null);
			});
		}

		/**
		 * Returns the only range that is asked for. Several are answered with the whole
		 * object, as are those of other units, and malformed ones.
		 */
		private @Nullable HttpRange range(FieldList fields) {
			List<String> values = fields.values(HttpHeaders.RANGE);
			if (values.size() != 1) {
				return null;
			}
			try {
				List<HttpRange> ranges = HttpRange.parseRanges(values.get(0));
				return (ranges.size() == 1) ? ranges.get(0) : null;
			}
			catch (IllegalArgumentException ex) {
				return null;
			}
		}

		private Mono<NatsReply> whole(StoredObject object, RouteRequest request) {
			FieldList fields = withLength(ObjectFields.of(object), object.size());
			if (object.size() == 0) {
				return Mono.just(reply(200, fields));
			}
			return ObjectStoreHandlers.this.stores.open(object, 0, object.size(), request.memory())
				.map((reader) -> streamed(200, fields, reader, request));
		}

		private Mono<NatsReply> part(StoredObject object, HttpRange range, RouteRequest request) {
			long size = object.size();
			long first = range.getRangeStart(size);
			if (first >= size) {
				throw new RouteProblemException(416, "The object has " + size + " bytes", (action) -> {
					Problem.HEADERS.forEach(action);
					action.accept(HttpHeaders.CONTENT_RANGE, List.of("bytes */" + size));
				});
			}
			long last = range.getRangeEnd(size);
			FieldList fields = withLength(ObjectFields.of(object), last - first + 1);
			fields.add(HttpHeaders.CONTENT_RANGE, "bytes " + first + "-" + last + "/" + size);
			return ObjectStoreHandlers.this.stores.open(object, first, last - first + 1, request.memory())
				.map((reader) -> streamed(206, fields, reader, request))
				.switchIfEmpty(Mono.defer(() -> whole(object, request)));
		}

		private FieldList withLength(FieldList fields, long length) {
			fields.add(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
			return fields;
		}

		private NatsReply streamed(int status, FieldList fields, ObjectReader reader, RouteRequest request) {
			BodyStream body = BodyStream.ofReserved(
					reader.parts().publishOn(Schedulers.fromExecutor(request.executor()), 1), request.memory(),
					reader::discard);
			return new NatsReply(new ResponseHead(status, fields), NO_BODY, body);
		}

	}

}
