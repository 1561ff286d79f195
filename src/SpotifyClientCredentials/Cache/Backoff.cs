
namespace SpotifyClientCredentials.Cache;

/// <summary>The time after a failed acquisition in which no request is sent.</summary>
/// <param name="Failure">Why it failed.</param>
/// <param name="FailuresInRow">How many have failed in a row, this one included.</param>
/// <param name="Since">The <see cref="TimeProvider"/> timestamp of the failure.</param>
/// <param name="Length">How long it lasts.</param>
internal sealed record Backoff(TokenRequestException Failure, int FailuresInRow, long Since, TimeSpan Length)
{
    public static Backoff After(TokenRequestException failure, Backoff? previous, long now, TimeSpan usableFor)
    {
        int failuresInRow = (previous?.FailuresInRow ?? 0) + 1;
        return new Backoff(failure, failuresInRow, now, RenewalPolicy.Backoff(failure, failuresInRow, usableFor, Random.Shared.NextDouble()));
    }

    /// <summary>Shortens it to what it would have been without a usable token.</summary>
    public Backoff WithoutToken()
    {
        TimeSpan length = RenewalPolicy.Backoff(Failure, FailuresInRow, usableFor: TimeSpan.Zero, jitter: 0);
        return length < Length ? this with { Length = length } : this;
    }

    /// <summary>What is left of it; not above zero where it is over.</summary>
    public TimeSpan Left(TimeProvider timeProvider) => Length - timeProvider.GetElapsedTime(Since);
}
