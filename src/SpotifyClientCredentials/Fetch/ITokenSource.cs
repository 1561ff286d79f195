using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Fetch;

/// <summary>
/// Gets a token when the cache needs one. It's a <see cref="TokenEndpointClient"/> or, if the token is shared, a source in Share around it.
/// </summary>
internal interface ITokenSource
{
    /// <summary>Acquires a token other than the rejected one.</summary>
    /// <exception cref="TokenRequestException">No token is available.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken);
}

/// <summary>What the cache knows when it needs a token.</summary>
/// <param name="Options">The credentials and settings to use.</param>
/// <param name="StartedAt">The <see cref="TimeProvider"/> timestamp from which <see cref="OptionsSnapshot.TokenRequestTimeout"/> counts.</param>
internal sealed record AcquisitionRequest(OptionsSnapshot Options, long StartedAt)
{
    /// <summary>The token in the cache, usable or not; or null.</summary>
    public AcquiredToken? Current { get; init; }

    /// <summary>Whether <see cref="Current"/> is still usable, so that no caller waits.</summary>
    public bool IsAhead { get; init; }

    /// <summary>The token that the Web API rejected and that this acquisition replaces, or null.</summary>
    public AccessToken? Rejected { get; init; }

    /// <summary>A token that the server knows and may repeat, or null.</summary>
    public AccessToken? Known => Rejected ?? Current?.Token;

    /// <summary>Whether to use the token endpoint only, because the Web API rejected the store's token too.</summary>
    public bool BypassStore { get; init; }

    /// <summary>Cancelled when the credentials change or the provider is disposed, also after the acquisition has ended.</summary>
    public CancellationToken ResetCancellation { get; init; }
}

/// <summary>A token and its times, counted from just before its request.</summary>
/// <param name="Token">The token.</param>
/// <param name="IssuedAt">The <see cref="TimeProvider"/> timestamp of the moment just before the request.</param>
/// <param name="Lifetime">The time until it expires.</param>
/// <param name="RenewAfter">The time until it's renewed ahead of its expiry.</param>
internal sealed record AcquiredToken(AccessToken Token, long IssuedAt, TimeSpan Lifetime, TimeSpan RenewAfter);

internal static class TimestampExtensions
{
    /// <summary>The timestamp that comes a time after another.</summary>
    // A double, because the product of a day's ticks and a frequency of 10⁹ doesn't fit into a long. It's exact for a day.
    public static long TimestampAfter(this TimeProvider timeProvider, long timestamp, TimeSpan time) =>
        timestamp + (long)(time.Ticks * ((double)timeProvider.TimestampFrequency / TimeSpan.TicksPerSecond));
}
