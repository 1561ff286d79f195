using System.Collections.Concurrent;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A token source for tests without HTTP. Each acquisition waits in <see cref="Acquisitions"/> until the test grants or fails it, or calls
/// <see cref="Response"/> immediately, if it's set.
/// </summary>
internal sealed class ScriptedTokenSource(TimeProvider timeProvider) : ITokenSource
{
    private readonly ConcurrentQueue<ScriptedAcquisition> _acquisitions = new();

    public IReadOnlyList<ScriptedAcquisition> Acquisitions => [.. _acquisitions];

    public Action<ScriptedAcquisition>? Response { get; set; }

    /// <summary>Whether an acquisition ends when it's cancelled. A handler may ignore cancellation.</summary>
    public bool HonorsCancellation { get; set; } = true;

    public Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        ScriptedAcquisition acquisition = new(_acquisitions.Count + 1, request, timeProvider, cancellationToken);
        if (HonorsCancellation)
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

    /// <summary>Ends the acquisition with <c>token-1</c>, <c>token-2</c>, … by its number, or with <paramref name="value"/>.</summary>
    public void Grant(TimeSpan? life = null, string? value = null, bool isFromStore = false)
    {
        TimeSpan lives = life ?? TimeSpan.FromHours(1);
        AccessToken token = new(value ?? $"token-{number}", _startedOn + lives) { IsFromStore = isFromStore };
        _result.TrySetResult(new AcquiredToken(token, _startedAt, lives, TokenEndpointClient.RenewAfter(lives, Options, Random.Shared.NextDouble())));
    }

    public void Fail(TokenRequestException failure) => _result.TrySetException(failure);

    public void Fail(bool isTransient = true) => Fail(new TokenRequestException($"scripted failure {number}", isTransient));

    public void Cancel() => _result.TrySetCanceled(cancellationToken);
}
