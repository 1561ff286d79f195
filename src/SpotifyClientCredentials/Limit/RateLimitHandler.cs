using System.Net;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Limit;

/// <summary>
/// Sends requests to the Web API as Spotify's rate limit allows: after a 429 (RFC 6585, section 4), calls wait until it's over, or get a 429 unsent.
/// </summary>
/// <param name="limiter">What the app knows of its limit.</param>
/// <param name="maxWait">The longest time that a call waits, over all its waits.</param>
/// <param name="getSettings">Gets the app's settings, or null while they're unknown.</param>
/// <param name="readSettingsAsync">Reads the settings if it can; null where a handler further in does so.</param>
internal sealed class RateLimitHandler(
    RateLimiter limiter, TimeSpan maxWait, Func<OptionsSnapshot?> getSettings, Func<bool, CancellationToken, ValueTask>? readSettingsAsync) : DelegatingHandler
{
    public RateLimiter Limiter { get; } = limiter;

    /// <summary>Whether ConfigureHttpClientDefaults added it, so that a client's own handler replaces it.</summary>
    public bool IsFromDefaults { get; init; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri? address = request.RequestUri;
        bool isPlain = getSettings() is not null && !NeedsBuffer(request) && !UnsentResponse.WasReturnedFor(request);
        if (!isPlain || (IsForApi(address) && !Limiter.IsFree(request.Method, address!)))
        {
            return PrepareAndSendAsync(request, isAsync: true, cancellationToken);
        }

        // Without a state machine, because nothing has to be waited for.
        long sentAfter = Limiter.Closings;
        Task<HttpResponseMessage> sending = base.SendAsync(request, cancellationToken);
        return sending.IsCompletedSuccessfully && IsCounted(sending.Result, request, address, sentAfter)
            ? sending
            : ContinueAsync(sending, request, address, sentAfter, isAsync: true, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        PrepareAndSendAsync(request, isAsync: false, cancellationToken).GetAwaiter().GetResult();

    private async Task<HttpResponseMessage> PrepareAndSendAsync(HttpRequestMessage request, bool isAsync, CancellationToken cancellationToken)
    {
        if (getSettings() is null && readSettingsAsync is not null)
        {
            await readSettingsAsync(isAsync, cancellationToken).ConfigureAwait(false);
        }

        UnsentResponse.OnSending(request);
        Uri? address = request.RequestUri;
        if (!IsForApi(address))
        {
            // While the settings are unknown, nothing is closed. A handler further in reads them.
            long sentAfter = Limiter.Closings;
            return await ContinueAsync(ForwardAsync(request, isAsync, cancellationToken), request, address, sentAfter, isAsync, cancellationToken).ConfigureAwait(false);
        }

        if (NeedsBuffer(request))
        {
            await UnauthorizedRetry.BufferAsync(request.Content).WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return await RunAsync(request, new RateLimitedCall(UnauthorizedRetry.PathOf(request.Method, address!)), sending: null, isAsync, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> ContinueAsync(
        Task<HttpResponseMessage> sending, HttpRequestMessage request, Uri? address, long sentAfter, bool isAsync, CancellationToken cancellationToken)
    {
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (sending.IsCompletedSuccessfully ? IsCounted(sending.Result, request, address, sentAfter) : !IsForApi(address))
            ? await sending.ConfigureAwait(false)
            : await RunAsync(request, new RateLimitedCall(UnauthorizedRetry.PathOf(request.Method, address!), sentAfter), sending, isAsync, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="request">A request to the Web API.</param>
    /// <param name="call">The same to the limiter.</param>
    /// <param name="sending">What was sent already, or null.</param>
    /// <param name="isAsync">Whether the caller doesn't block.</param>
    /// <param name="cancellationToken">Ends the waits.</param>
    private async Task<HttpResponseMessage> RunAsync(
        HttpRequestMessage request, RateLimitedCall call, Task<HttpResponseMessage>? sending, bool isAsync, CancellationToken cancellationToken)
    {
        RateLimitWait wait = new(Limiter, maxWait, isAsync);
        bool mayRepeat = maxWait > TimeSpan.Zero && UnauthorizedRetry.IsResendable(request.Content);
        HttpResponseMessage? rejected = null;
        while (true)
        {
            try
            {
                call = sending is null ? await wait.RunAsync(call.Path, cancellationToken).ConfigureAwait(false) : call;
            }
            catch (OperationCanceledException)
            {
                rejected?.Dispose();
                throw;
            }

            if (call.RetryAfter is { } retryAfter)
            {
                return rejected ?? UnsentResponse.Create(request, retryAfter);
            }

            rejected?.Dispose();
            HttpResponseMessage response = await ReportAsync(sending ?? ForwardAsync(request, isAsync, cancellationToken), request, call).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.TooManyRequests || rejected is not null || !mayRepeat || !IsForApi(request.RequestUri))
            {
                return response;
            }

            (rejected, sending) = (response, null);
        }
    }

    private async ValueTask<HttpResponseMessage> ReportAsync(Task<HttpResponseMessage> sending, HttpRequestMessage request, RateLimitedCall call)
    {
        await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (sending.IsCompletedSuccessfully && IsForApi((sending.Result.RequestMessage ?? request).RequestUri))
        {
            Limiter.OnResponse(call, sending.Result.StatusCode, RetryAfterHeader.From(sending.Result.Headers, Limiter.Clock.GetUtcNow()));
        }
        else
        {
            Limiter.OnFailed(call, wasSent: sending.Exception?.InnerException is not TokenRequestException);
        }

        return await sending.ConfigureAwait(false);
    }

    // As a task, also where the call blocks and fails.
    private async Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, bool isAsync, CancellationToken cancellationToken) =>
        isAsync ? await base.SendAsync(request, cancellationToken).ConfigureAwait(false) : base.Send(request, cancellationToken);

    private bool NeedsBuffer(HttpRequestMessage request) => maxWait > TimeSpan.Zero && UnauthorizedRetry.NeedsBuffer(request.Content);

    /// <summary>Whether the limiter needs to know no more of a response.</summary>
    private bool IsCounted(HttpResponseMessage response, HttpRequestMessage request, Uri? address, long sentAfter) =>
        !IsForApi(address) || !IsForApi((response.RequestMessage ?? request).RequestUri) || Limiter.TryCount(request.Method, address!, response.StatusCode, sentAfter);

    private bool IsForApi(Uri? address)
    {
        OptionsSnapshot? settings = getSettings();
        Limiter.Adopt(settings);
        return settings is not null && ApiOrigin.Contains(settings, address);
    }
}
