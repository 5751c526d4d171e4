package io.natsproxy.core.discovery;

/**
 * The statistics of an instance of a service, as it tells them: sums over its endpoints,
 * and a text of others, of bounded length.
 *
 * @param name the name of the service
 * @param id the id of the instance
 * @param started when it was started, as it says; empty if it does not
 * @param requests requests so far
 * @param errors those of them that failed
 * @param nanos the time that they took, in nanoseconds
 * @param lastError the last error of one of its endpoints, empty if there was none
 */
public record InstanceStatistics(String name, String id, String started, long requests, long errors, long nanos,
		String lastError) {

}
