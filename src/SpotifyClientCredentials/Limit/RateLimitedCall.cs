namespace SpotifyClientCredentials.Limit;

/// <summary>A request to the Web API, from its arrival to its response. Guarded by the lock of the <see cref="RateLimiter"/>.</summary>
/// <param name="path">The method and the path, with ids as one.</param>
/// <param name="sentAfter">The number of closings before it was sent.</param>
internal sealed class RateLimitedCall(string path, long sentAfter = 0)
{
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Path { get; } = path;

    public long SentAfter { get; private set; } = sentAfter;

    /// <summary>The budgets in which it holds a place.</summary>
    public Budget[] Budgets { get; private set; } = [];

    /// <summary>Completes when the call may be sent.</summary>
    public Task Admitted => _admitted.Task;

    /// <summary>If the call may not be sent, the time until it could be, as far as is known.</summary>
    public TimeSpan? RetryAfter { get; set; }

    public void Admit(long closings, Budget[] budgets)
    {
        (SentAfter, Budgets) = (closings, budgets);
        Array.ForEach(budgets, budget => budget.Take());
        _admitted.SetResult();
    }
}
