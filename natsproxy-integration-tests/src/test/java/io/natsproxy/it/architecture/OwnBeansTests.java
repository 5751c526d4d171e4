package io.natsproxy.it.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.MethodMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every bean of every auto-configuration can be replaced by the application's own, or the
 * documentation says why not.
 */
class OwnBeansTests {

	private static final Path DOCUMENTATION = Path.of("..", "docs", "own-beans.md");

	private static final String KEPT = "## Beans that stay";

	private static final MetadataReaderFactory READERS = MetadataReaderFactory.create(new DefaultResourceLoader());

	@ParameterizedTest
	@MethodSource("beans")
	void beanCanBeReplacedOrItIsSaidWhyNot(DeclaredBean bean) throws IOException {
		String documentation = Files.readString(DOCUMENTATION);
		int kept = documentation.indexOf(KEPT);
		assertThat(documentation.substring(bean.isReplaceable() ? 0 : kept,
				bean.isReplaceable() ? kept : documentation.length()))
			.contains("`" + bean.name() + "`");
	}

	@Test
	void beansOfAllModulesAreLookedAt() {
		assertThat(beans().map(DeclaredBean::name)).contains("natsConnection", "natsproxyGatewayHandler", "natsServer",
				"goMessageFormat", "natsHealthContributor");
	}

	static Stream<DeclaredBean> beans() {
		return StreamSupport
			.stream(ImportCandidates.load(AutoConfiguration.class, OwnBeansTests.class.getClassLoader()).spliterator(),
					false)
			.filter((name) -> name.startsWith("io.natsproxy."))
			.map(OwnBeansTests::read)
			.flatMap((type) -> Stream.concat(declared(type, type),
					Stream.of(type.getMemberClassNames())
						.map(OwnBeansTests::read)
						.flatMap((member) -> declared(member, type))));
	}

	/**
	 * Reads a class without loading it: what it is conditional on need not be there.
	 */
	private static AnnotationMetadata read(String type) {
		try {
			return READERS.getMetadataReader(type).getAnnotationMetadata();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<DeclaredBean> declared(AnnotationMetadata type, AnnotationMetadata outer) {
		return type.getAnnotatedMethods(Bean.class.getName())
			.stream()
			.map((method) -> new DeclaredBean(method, List.of(type, outer)));
	}

	/**
	 * A method that makes a bean.
	 *
	 * @param method the method
	 * @param types its class, and the one around that
	 */
	record DeclaredBean(MethodMetadata method, List<AnnotationMetadata> types) {

		String name() {
			String[] names = this.method.getAnnotations().get(Bean.class).getStringArray("value");
			return (names.length > 0) ? names[0] : this.method.getMethodName();
		}

		/**
		 * Returns whether the bean is left out where the application has its own: by a
		 * condition of its method, or by one of its class for beans of its type.
		 */
		boolean isReplaceable() {
			return this.method.isAnnotated(ConditionalOnMissingBean.class.getName())
					|| this.types.stream().anyMatch(this::isConditional);
		}

		private boolean isConditional(AnnotationMetadata type) {
			Map<String, Object> condition = type.getAnnotationAttributes(ConditionalOnMissingBean.class.getName(),
					true);
			return condition != null && Stream.of((String[]) condition.get("value")).anyMatch(this::isOfType);
		}

		private boolean isOfType(String type) {
			ClassLoader classLoader = OwnBeansTests.class.getClassLoader();
			String returned = this.method.getReturnTypeName();
			return ClassUtils.isPresent(type, classLoader) && ClassUtils.isPresent(returned, classLoader)
					&& ClassUtils.resolveClassName(type, classLoader)
						.isAssignableFrom(ClassUtils.resolveClassName(returned, classLoader));
		}

		@Override
		public String toString() {
			return this.types.get(0).getClassName() + "." + name();
		}

	}

}
