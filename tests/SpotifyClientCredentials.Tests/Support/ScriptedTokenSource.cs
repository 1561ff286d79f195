using System.Collections.Concurrent;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A token source that the test answers by hand, so that a test of the provider needs no HTTP: each acquisition waits in
/// <see cref="Acquisitions"/> until the test grants or fails it, or answers at once where <see cref="Response"/> is set.
/// </summary>
internal sealed class ScriptedTokenSource(TimeProvider timeProvider) : ITokenSource
{
    private readonly ConcurrentQueue<ScriptedAcquisition> _acquisitions = new();

    public IReadOnlyList<ScriptedAcquisition> Acquisitions => [.. _acquisitions];

    public Action<ScriptedAcquisition>? Response { get; set; }

    /// <summary>Whether an acquisition ends when it is cancelled; a rude handler's does not.</summary>
    public bool HeedsCancellation { get; set; } = true;

    public Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        ScriptedAcquisition acquisition = new(_acquisitions.Count + 1, request, timeProvider, cancellationToken);
        if (HeedsCancellation)
        {
            cancellationToken.Register(acquisition.Cancel);
        }

        _acquisitions.Enqueue(acquisition);
        Response?.Invoke(acquisition);
        return acquisition.Task;
    }
}

internal sealed class ScriptedAcquisition(
    int number, AcquisitionRequest request, TimeProvider timeProvider, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<AcquiredToken> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _startedAt = timeProvider.GetTimestamp();
    private readonly DateTimeOffset _startedOn = timeProvider.GetUtcNow();

    public int Number => number;

    public AcquisitionRequest Request => request;

    public OptionsSnapshot Options => request.Options;

    public AccessToken? Rejected => request.Rejected;

    public CancellationToken CancellationToken => cancellationToken;

    public Task<AcquiredToken> Task => _result.Task;

    /// <summary>Ends it with a token named <c>token-1</c>, <c>token-2</c>, … by its number, unless <paramref name="value"/> is given.</summary>
    public void Grant(TimeSpan? life = null, string? value = null, TokenOrigin origin = TokenOrigin.Endpoint)
    {
        TimeSpan lives = life ?? TimeSpan.FromHours(1);
        AccessToken token = new(Options.Names, value ?? $"token-{number}", _startedOn + lives) { Origin = origin };
        _result.TrySetResult(new AcquiredToken(token, _startedAt, lives));
    }

    public void Fail(TokenRequestException failure) => _result.TrySetException(failure);

    public void Fail(bool isTransient = true) => Fail(new TokenRequestException($"scripted failure {number}", isTransient));

    public void Cancel() => _result.TrySetCanceled(cancellationToken);
}
