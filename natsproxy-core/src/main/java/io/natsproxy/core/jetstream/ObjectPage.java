package io.natsproxy.core.jetstream;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Some of the objects of a bucket, in the order in which they were stored.
 *
 * @param objects the objects, without those that have been deleted
 * @param next after which position the next page begins; {@code null} at the end
 */
public record ObjectPage(List<StoredObject> objects, @Nullable Long next) {

}
