using System.Collections.Concurrent;
using System.Globalization;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// The token source of the stress run. It grants, fails or abandons acquisitions, some at once and some from the thread that runs
/// <see cref="CompleteAll"/>. It checks that no two are current: two may overlap only if one was cancelled or is for other credentials.
/// </summary>
internal sealed class StressSource(TimeProvider clock, StressFindings findings) : ITokenSource
{
    private readonly BlockingCollection<Pending> _queue = [];
    private readonly ConcurrentDictionary<string, Granted> _granted = new();
    private readonly List<Pending> _inFlight = []; // guarded by itself
    private int _started;
    private int _grants;

    public int Started => Volatile.Read(ref _started);

    public int InFlight
    {
        get
        {
            lock (_inFlight)
            {
                return _inFlight.Count;
            }
        }
    }

    public Granted this[string token] => _granted[token];

    public Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        Pending pending = new(request.Options, request.Rejected, clock.GetTimestamp(), cancellationToken);
        lock (_inFlight)
        {
            // After a change of credentials the new acquisition can start just before the old one is cancelled.
            if (_inFlight.Any(other => !other.CancellationToken.IsCancellationRequested && other.Options.HasSameCredentialsAs(request.Options)))
            {
                findings.Add("Two acquisitions are current.");
            }

            _inFlight.Add(pending);
            _started++;
        }

        cancellationToken.Register(() =>
        {
            Remove(pending);
            pending.Result.TrySetCanceled(cancellationToken);
        });
        if (Random.Shared.Next(2) == 0)
        {
            Complete(pending, Random.Shared);
        }
        else
        {
            _queue.Add(pending, CancellationToken.None);
        }

        return pending.Result.Task;
    }

    /// <summary>Completes queued acquisitions until <see cref="Close"/>.</summary>
    public void CompleteAll(Random random)
    {
        foreach (Pending pending in _queue.GetConsumingEnumerable())
        {
            Complete(pending, random);
        }
    }

    public void Close() => _queue.CompleteAdding();

    private void Complete(Pending pending, Random random)
    {
        switch (random.Next(20))
        {
            case 0:
                findings.Count("acquisition hangs");
                break;

            case 1 or 2 or 3:
                Fail(pending, isTransient: true);
                break;

            case 4:
                Fail(pending, isTransient: false);
                break;

            case 5:
                Grant(pending, TimeSpan.FromTicks(1));
                break;

            case 6:
                // More callers arrive meanwhile.
                Thread.SpinWait(random.Next(100_000));
                goto default;

            default:
                Grant(pending, TimeSpan.FromSeconds(random.Next(1, 600)));
                break;
        }
    }

    private void Grant(Pending pending, TimeSpan lifetime)
    {
        string value = string.Create(CultureInfo.InvariantCulture, $"token-{Interlocked.Increment(ref _grants)}");
        TimeSpan window = TimeSpan.FromTicks(Math.Min(pending.Options.RenewalWindow.Ticks, lifetime.Ticks / 4));
        TimeSpan margin = TimeSpan.FromTicks(Math.Min(window.Ticks / 5, TimeSpan.TicksPerSecond * 10));
        DateTimeOffset expiresOn = clock.GetUtcNow() + lifetime;
        _granted[value] = new Granted(pending.StartedAt + (lifetime - margin).Ticks, expiresOn - margin, StressWorld.NumberOf(pending.Options.ClientSecret));
        Remove(pending);
        if (pending.Result.TrySetResult(new AcquiredToken(
            new AccessToken(value, expiresOn), pending.StartedAt, lifetime, TokenEndpointClient.RenewAfter(lifetime, pending.Options, Random.Shared.NextDouble()))))
        {
            findings.Count(pending.Rejected is null ? "acquisition granted" : "acquisition for a rejected token granted");
        }
    }

    // The description carries the secret, so that the caller can check whose failure it got.
    private void Fail(Pending pending, bool isTransient)
    {
        Remove(pending);
        if (pending.Result.TrySetException(new TokenRequestException("scripted", isTransient) { ErrorDescription = pending.Options.ClientSecret }))
        {
            findings.Count("acquisition failed");
        }
    }

    private void Remove(Pending pending)
    {
        lock (_inFlight)
        {
            _inFlight.Remove(pending);
        }
    }

    /// <param name="UsableUntil">The timestamp at which the token reaches its margin.</param>
    /// <param name="UsableUntilUtc">The same by the wall clock.</param>
    /// <param name="Secret">The number of the secret that the token was acquired with.</param>
    internal sealed record Granted(long UsableUntil, DateTimeOffset UsableUntilUtc, int Secret);

    private sealed record Pending(OptionsSnapshot Options, AccessToken? Rejected, long StartedAt, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<AcquiredToken> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
