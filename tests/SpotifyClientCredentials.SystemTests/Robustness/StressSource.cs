using System.Collections.Concurrent;
using System.Globalization;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.SystemTests.Robustness;

/// <summary>
/// The token source of the stress run. It grants, fails or forgets acquisitions, some at once and some from the thread that runs
/// <see cref="RespondToAll"/>. It watches that no two are current: one may overlap another only where that was cancelled, or is for credentials that have changed.
/// </summary>
internal sealed class StressSource(TimeProvider clock, StressFindings findings) : ITokenSource
{
    private readonly BlockingCollection<Pending> _questions = [];
    private readonly ConcurrentDictionary<string, Granted> _granted = new();
    private readonly List<Pending> _live = []; // guarded by itself
    private int _started;
    private int _grants;

    public int Started => Volatile.Read(ref _started);

    public int Live
    {
        get
        {
            lock (_live)
            {
                return _live.Count;
            }
        }
    }

    public Granted this[string token] => _granted[token];

    public Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        Pending pending = new(request.Options, request.Rejected, clock.GetTimestamp(), cancellationToken);
        lock (_live)
        {
            // Changed credentials end the old acquisition right after the new one may have started.
            if (_live.Any(other => !other.CancellationToken.IsCancellationRequested && other.Options.HasSameCredentialsAs(request.Options)))
            {
                findings.Add("Two acquisitions are current.");
            }

            _live.Add(pending);
            _started++;
        }

        cancellationToken.Register(() =>
        {
            Leave(pending);
            pending.Result.TrySetCanceled(cancellationToken);
        });
        if (Random.Shared.Next(2) == 0)
        {
            Response(pending, Random.Shared);
        }
        else
        {
            _questions.Add(pending, CancellationToken.None);
        }

        return pending.Result.Task;
    }

    /// <summary>Until <see cref="Close"/>.</summary>
    public void RespondToAll(Random random)
    {
        foreach (Pending pending in _questions.GetConsumingEnumerable())
        {
            Response(pending, random);
        }
    }

    public void Close() => _questions.CompleteAdding();

    private void Response(Pending pending, Random random)
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
                // Callers pile up meanwhile.
                Thread.SpinWait(random.Next(100_000));
                goto default;

            default:
                Grant(pending, TimeSpan.FromSeconds(random.Next(1, 600)));
                break;
        }
    }

    private void Grant(Pending pending, TimeSpan life)
    {
        string value = string.Create(CultureInfo.InvariantCulture, $"token-{Interlocked.Increment(ref _grants)}");
        long window = Math.Min(pending.Options.RenewalWindow.Ticks, life.Ticks / 4);
        _granted[value] = new Granted(pending.StartedAt + life.Ticks - (window / 5), StressWorld.NumberOf(pending.Options.ClientSecret));
        Leave(pending);
        if (pending.Result.TrySetResult(new AcquiredToken(new AccessToken(pending.Options.Names, value, clock.GetUtcNow() + life), pending.StartedAt, life)))
        {
            findings.Count(pending.Rejected is null ? "acquisition granted" : "acquisition for a rejected token granted");
        }
    }

    // Its description tells whose failure it is.
    private void Fail(Pending pending, bool isTransient)
    {
        Leave(pending);
        if (pending.Result.TrySetException(new TokenRequestException("scripted", isTransient) { ErrorDescription = pending.Options.ClientSecret }))
        {
            findings.Count("acquisition failed");
        }
    }

    private void Leave(Pending pending)
    {
        lock (_live)
        {
            _live.Remove(pending);
        }
    }

    /// <param name="UsableUntil">The timestamp of its margin.</param>
    /// <param name="Secret">The number of the secret that it was acquired with.</param>
    internal sealed record Granted(long UsableUntil, int Secret);

    private sealed record Pending(OptionsSnapshot Options, AccessToken? Rejected, long StartedAt, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<AcquiredToken> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
