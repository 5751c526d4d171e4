package io.natsproxy.boot.test.autoconfigure;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;
import org.springframework.test.context.TestContextBootstrapper;

/**
 * {@link TestContextBootstrapper} of {@link NatsControllerTest}.
 */
class NatsControllerTestContextBootstrapper extends TestSliceTestContextBootstrapper<NatsControllerTest> {

}
