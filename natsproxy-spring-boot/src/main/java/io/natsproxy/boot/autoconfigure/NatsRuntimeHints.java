package io.natsproxy.boot.autoconfigure;

import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.netty.NettyDataPort;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * jnats makes data ports by the name of their class.
 */
class NatsRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection().registerType(GuardedDataPort.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		hints.reflection().registerType(NettyDataPort.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
	}

}
