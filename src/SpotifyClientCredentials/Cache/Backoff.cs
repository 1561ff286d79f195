using System.Net;

namespace SpotifyClientCredentials.Cache;

/// <summary>
/// The time after a failed acquisition in which no request is sent. Pure and immutable. Within an acquisition, the token source has a delay of its
/// own between attempts.
/// </summary>
/// <param name="Failure">The failure.</param>
/// <param name="Failures">The number of failures in a row, this one included.</param>
/// <param name="Since">The <see cref="TimeProvider"/> timestamp of the failure.</param>
/// <param name="Length">The length of the backoff.</param>
internal sealed record Backoff(TokenRequestException Failure, int Failures, long Since, TimeSpan Length)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWithoutToken = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWithToken = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Permanent = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetryAfterOfRateLimit = TimeSpan.FromHours(1);

    /// <param name="failure">The failure.</param>
    /// <param name="previous">The backoff before, if there has been no success since.</param>
    /// <param name="now">The timestamp of the failure.</param>
    /// <param name="usableFor">The time for which the current token is still usable; zero without one.</param>
    public static Backoff After(TokenRequestException failure, Backoff? previous, long now, TimeSpan usableFor)
    {
        int failures = (previous?.Failures ?? 0) + 1;
        return new Backoff(failure, failures, now, LengthAfter(failure, failures, usableFor, Random.Shared.NextDouble()));
    }

    /// <param name="failure">The failure.</param>
    /// <param name="failures">The number of failures in a row, this one included.</param>
    /// <param name="usableFor">The time for which the current token is still usable; zero without one.</param>
    /// <param name="jitter">Uniform in [0, 1).</param>
    public static TimeSpan LengthAfter(TokenRequestException failure, int failures, TimeSpan usableFor, double jitter)
    {
        TimeSpan longestRetryAfter = failure.StatusCode == HttpStatusCode.TooManyRequests ? LongestRetryAfterOfRateLimit : LongestRetryAfter;
        TimeSpan retryAfter = Min(failure.RetryAfter ?? TimeSpan.Zero, longestRetryAfter);
        TimeSpan length = failure.IsTransient ? Transient(failures, usableFor, jitter) : Permanent;
        return retryAfter > length ? retryAfter : length;
    }

    /// <summary>Shortens it to its length without a usable token.</summary>
    public Backoff WithoutToken() => this with { Length = Min(Length, LengthAfter(Failure, Failures, usableFor: TimeSpan.Zero, jitter: 0)) };

    /// <summary>The rest of it; not above zero if it's over.</summary>
    public TimeSpan Remaining(TimeProvider timeProvider) => Length - timeProvider.GetElapsedTime(Since);

    private static TimeSpan Transient(int failures, TimeSpan usableFor, double jitter)
    {
        TimeSpan longest = usableFor > TimeSpan.Zero ? LongestWithToken : LongestWithoutToken;
        TimeSpan backoff = Min(First * Math.Pow(2, Math.Min(failures, 16) - 1), longest) * (1 - (jitter / 5));
        return Min(backoff, usableFor + LongestWithoutToken);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
