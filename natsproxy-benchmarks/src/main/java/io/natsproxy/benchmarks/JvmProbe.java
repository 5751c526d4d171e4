package io.natsproxy.benchmarks;

import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import org.jspecify.annotations.Nullable;

/**
 * Reads the counters of another JVM, over JMX. The JVM is told to listen when it is
 * attached to, and does nothing for it between readings: its flags are as they are, and
 * the threads count what they allocate in any case.
 */
final class JvmProbe implements AutoCloseable {

	/**
	 * The connection is not checked in the background.
	 */
	private static final Map<String, Object> QUIET = Map.of("jmx.remote.x.client.connection.check.period", 0L);

	private final JMXConnector connector;

	private final ThreadMXBean threads;

	private final List<GarbageCollectorMXBean> collectors;

	private JvmProbe(JMXConnector connector) throws IOException {
		this.connector = connector;
		MBeanServerConnection connection = connector.getMBeanServerConnection();
		this.threads = ManagementFactory.newPlatformMXBeanProxy(connection, ManagementFactory.THREAD_MXBEAN_NAME,
				ThreadMXBean.class);
		this.collectors = ManagementFactory.getPlatformMXBeans(connection, GarbageCollectorMXBean.class);
	}

	/**
	 * Attaches to a JVM of the same user.
	 * @param pid the id of its process, which must be a JVM: others may end when they are
	 * asked
	 * @return a probe; {@code null} if it does not let itself be attached to, or cannot
	 * be reached
	 */
	static @Nullable JvmProbe attach(String pid) {
		JMXConnector connector = null;
		try {
			connector = JMXConnectorFactory.connect(new JMXServiceURL(managementAgent(pid)), QUIET);
			JvmProbe probe = new JvmProbe(connector);
			// What it takes to answer for the first time is not part of what is measured.
			probe.read();
			return probe;
		}
		catch (IOException | AttachNotSupportedException ex) {
			close(connector);
			return null;
		}
	}

	private static String managementAgent(String pid) throws IOException, AttachNotSupportedException {
		VirtualMachine machine = VirtualMachine.attach(pid);
		try {
			return machine.startLocalManagementAgent();
		}
		finally {
			machine.detach();
		}
	}

	/**
	 * Reads the counters.
	 * @return the counters; {@code null} if the JVM cannot be reached any more
	 */
	@Nullable JvmCounters read() {
		try {
			long[] ids = this.threads.getAllThreadIds();
			long[] bytes = this.threads.getThreadAllocatedBytes(ids);
			Map<Long, Long> allocated = new HashMap<>();
			for (int i = 0; i < ids.length; i++) {
				// A thread that has ended since has -1.
				if (bytes[i] >= 0) {
					allocated.put(ids[i], bytes[i]);
				}
			}
			return new JvmCounters(allocated,
					this.collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum());
		}
		catch (UndeclaredThrowableException ex) {
			return null;
		}
	}

	@Override
	public void close() {
		close(this.connector);
	}

	private static void close(@Nullable JMXConnector connector) {
		try {
			if (connector != null) {
				connector.close();
			}
		}
		catch (IOException ex) {
			// The JVM has gone first.
		}
	}

}
