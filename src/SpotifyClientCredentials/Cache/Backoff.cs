using System.Net;

namespace SpotifyClientCredentials.Cache;

/// <summary>The time after a failed acquisition in which no request is sent. Pure and immutable.</summary>
/// <param name="Failure">The failure.</param>
/// <param name="Failures">The number of failures in a row, this one included.</param>
/// <param name="OutageSince">The <see cref="TimeProvider"/> timestamp of the first of them.</param>
/// <param name="Since">The timestamp of the failure.</param>
/// <param name="SinceUtc">The same by the wall clock.</param>
/// <param name="Length">The length of the backoff.</param>
internal sealed record Backoff(TokenRequestException Failure, int Failures, long OutageSince, long Since, DateTimeOffset SinceUtc, TimeSpan Length)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWithoutToken = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWithToken = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Permanent = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetryAfterOfRateLimit = TimeSpan.FromHours(1);

    /// <param name="failure">The failure.</param>
    /// <param name="previous">The backoff before, if there has been no success since.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="usableFor">The time for which a token that nobody suspects is still usable; zero without one.</param>
    public static Backoff After(TokenRequestException failure, Backoff? previous, TimeProvider timeProvider, TimeSpan usableFor)
    {
        int failures = (previous?.Failures ?? 0) + 1;
        long now = timeProvider.GetTimestamp();
        TimeSpan length = LengthAfter(failure, failures, usableFor, Random.Shared.NextDouble());
        return new Backoff(failure, failures, previous?.OutageSince ?? now, now, timeProvider.GetUtcNow(), length);
    }

    /// <param name="failure">The failure.</param>
    /// <param name="failures">The number of failures in a row, this one included.</param>
    /// <param name="usableFor">The time for which a token that nobody suspects is still usable; zero without one.</param>
    /// <param name="jitter">Uniform in [0, 1).</param>
    public static TimeSpan LengthAfter(TokenRequestException failure, int failures, TimeSpan usableFor, double jitter)
    {
        TimeSpan longestRetryAfter = failure.StatusCode == HttpStatusCode.TooManyRequests ? LongestRetryAfterOfRateLimit : LongestRetryAfter;
        TimeSpan retryAfter = Min(failure.RetryAfter ?? TimeSpan.Zero, longestRetryAfter);
        TimeSpan length = failure.IsTransient ? Transient(failures, usableFor, jitter) : Permanent;
        return retryAfter > length ? retryAfter : length;
    }

    /// <summary>Shortens it to its length without a token, because the current one has become suspect.</summary>
    public Backoff WithoutToken() => this with { Length = Min(Length, LengthAfter(Failure, Failures, usableFor: TimeSpan.Zero, jitter: 0)) };

    /// <summary>The rest of it, not above zero if it's over. The monotonic clock stands still while a machine sleeps, so either clock can end it.</summary>
    public TimeSpan Remaining(TimeProvider timeProvider) =>
        Min(Length - timeProvider.GetElapsedTime(Since), Length - (timeProvider.GetUtcNow() - SinceUtc));

    /// <summary>Whether callers wait for the next request: the failure may pass by itself, and the outage is younger than their longest wait.</summary>
    public bool MayPassSoon(TimeProvider timeProvider, TimeSpan longestWait) =>
        Failure.IsTransient && timeProvider.GetElapsedTime(OutageSince) < longestWait;

    private static TimeSpan Transient(int failures, TimeSpan usableFor, double jitter)
    {
        bool hasToken = usableFor > TimeSpan.Zero;
        TimeSpan backoff = Min(First * Math.Pow(2, Math.Min(failures, 16) - 1), hasToken ? LongestWithToken : LongestWithoutToken) * (1 - (jitter / 5));
        return hasToken ? Min(backoff, usableFor) : backoff;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

/// <summary>The end of a backoff. Any number of callers wait for it with one timer.</summary>
internal sealed class BackoffEnd
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer? _timer;

    public BackoffEnd(TimeSpan length, TimeProvider timeProvider) =>
        _timer = timeProvider.CreateTimer(static end => ((BackoffEnd)end!).Complete(), this, length, Timeout.InfiniteTimeSpan);

    public Task Over => _over.Task;

    /// <summary>Sets how much is left: the wall clock ends a backoff too, and no timer follows it.</summary>
    public BackoffEnd In(TimeSpan left)
    {
        // The clock may have passed the end meanwhile.
        _timer?.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return this;
    }

    /// <summary>Ends the waits, also before the time: a request was sent, or there is nothing left to wait for.</summary>
    public void Complete()
    {
        // Null if the timer fires before it's assigned.
        _timer?.Dispose();
        _over.TrySetResult();
    }
}
