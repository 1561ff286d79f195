using Microsoft.Extensions.Caching.Distributed;

namespace SpotifyClientCredentials;

/// <summary>Options for sharing one access token between the instances of an application. See <see cref="SpotifyClientCredentialsBuilder.ShareToken"/>.</summary>
/// <remarks>
/// <para>Named options: the name is that of the app. To set them from other services, use
/// <c>services.AddOptions&lt;TokenSharingOptions&gt;(name).Configure&lt;TDependency&gt;(…)</c>.</para>
/// <para>The library reads them together with the app's settings. Setting properties isn't thread-safe.</para>
/// </remarks>
public sealed class TokenSharingOptions
{
    /// <summary>
    /// The store. You don't have to trust it: entries are encrypted (AES-256-GCM) with a key derived from the client secret (RFC 5869).
    /// </summary>
    /// <value><see langword="null"/>, which means the registered <see cref="IDistributedCache"/>.</value>
    public IDistributedCache? Cache { get; set; }

    /// <summary>
    /// The longest time to wait for one call to the store or to <see cref="TryAcquireLock"/>. More than zero, at most 1 hour. All calls before
    /// a token request end together within half of <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>, so that the other half is
    /// left for the request.
    /// </summary>
    /// <value>2 seconds</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Acquires a distributed lock, so that one instance at a time requests a token when many start, or have their token rejected, at the
    /// same time. Must not wait: return an object that releases the lock when it's disposed, or <see langword="null"/> if another instance
    /// has the lock.
    /// </summary>
    /// <remarks>
    /// Called on the thread pool, for one acquisition at a time. An instance that doesn't get the lock waits for the other's token until
    /// half of <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/> is over, and then requests its own; one that renews its token
    /// ahead of the expiry reads the store only once more. If the call throws or doesn't return in time, the instance requests its own token at once. Let the lock expire by itself after about
    /// <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>, in case the instance that has it ends.
    /// </remarks>
    /// <value><see langword="null"/>: no lock.</value>
    public Func<CancellationToken, ValueTask<IAsyncDisposable?>>? TryAcquireLock { get; set; }
}
