using Microsoft.Extensions.Caching.Distributed;

namespace SpotifyClientCredentials;

/// <summary>How the instances of an application share one access token: see <see cref="SpotifyClientCredentialsBuilder.ShareToken"/>.</summary>
/// <remarks>
/// <para>Named options, by the name of the app: <c>services.AddOptions&lt;TokenSharingOptions&gt;(appName).Configure&lt;TDependency&gt;(…)</c>
/// sets them from other services.</para>
/// <para>Read when the app's settings are read; not thread-safe meanwhile.</para>
/// </remarks>
public sealed class TokenSharingOptions
{
    /// <summary>
    /// The store. What is written to it is encrypted (AES-256-GCM) under a key that is derived from the client secret (RFC 5869), so it need
    /// not be trusted.
    /// </summary>
    /// <value><see langword="null"/>, which stands for the <see cref="IDistributedCache"/> that is registered.</value>
    public IDistributedCache? Cache { get; set; }

    /// <summary>
    /// The longest that one call to the store, or to <see cref="TryAcquireLock"/>, is waited for. Above zero, at most 1 hour; never more than a
    /// quarter of <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/> is used.
    /// </summary>
    /// <value>2 seconds</value>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A gate that lets one instance at a time request a token, for the moment in which many start or have their token rejected at once. It
    /// must not wait: it returns what is disposed to leave the gate or, where another instance is inside, <see langword="null"/>.
    /// </summary>
    /// <remarks>
    /// Called on the thread pool, for one acquisition at a time. An instance that is not let in waits for the other's token, for at most half of
    /// <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>, and then requests its own. One whose gate throws or does not
    /// answer requests its own at once. Let entries of a lock expire by themselves after about
    /// <see cref="SpotifyClientCredentialsOptions.TokenRequestTimeout"/>, for instances that end inside.
    /// </remarks>
    /// <value><see langword="null"/>: no gate.</value>
    public Func<CancellationToken, ValueTask<IAsyncDisposable?>>? TryAcquireLock { get; set; }
}
