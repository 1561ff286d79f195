using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Fetch;

/// <summary>Sends the token request (RFC 6749, section 4.4.2) and retries its transient failures.</summary>
internal sealed class TokenEndpointClient(Func<HttpClient> createClient, TimeProvider timeProvider, ILogger logger, Telemetry telemetry) : ITokenSource
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(500);

    // Polly would add four assemblies to every application for this loop, and its delays don't know how much time is left.
    public async Task<AcquiredToken> AcquireAsync(AcquisitionRequest request, CancellationToken cancellationToken)
    {
        OptionsSnapshot options = request.Options;
        HttpClient? client = null;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                client ??= CreateClient(options);
                Task<AcquiredToken> attempting = telemetry.ObservesTokenRequests
                    ? ObservedAttemptAsync(client, options, request.Known, attempt, cancellationToken)
                    : AttemptAsync(client, options, request.Known, cancellationToken);
                return await attempting.ConfigureAwait(false);
            }
            catch (TokenRequestException failure)
            {
                Log.AttemptFailed(logger, options.DisplayName, attempt, failure.Message);
                TimeSpan delay = RetryDelay(attempt, failure.RetryAfter, Random.Shared.NextDouble());
                bool isTimeLeft = timeProvider.GetElapsedTime(request.StartedAt) + delay < options.TokenRequestTimeout;
                if (!failure.IsTransient || attempt > options.MaxRetryAttempts || !isTimeLeft)
                {
                    throw;
                }

                await Task.Delay(delay, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The delay after an attempt; after an acquisition there is a Backoff. <paramref name="jitter"/> is uniform in [0, 1).</summary>
    public static TimeSpan RetryDelay(int attempt, TimeSpan? retryAfter, double jitter) =>
        retryAfter > TimeSpan.Zero ? retryAfter.Value : FirstRetryDelay * Math.Pow(2, attempt - 1) * (1 - (jitter / 2));

    private HttpClient CreateClient(OptionsSnapshot options)
    {
        try
        {
            return createClient();
        }
        catch (Exception e)
        {
            throw TokenRequestFailure.NoClient(options, e);
        }
    }

    private async Task<AcquiredToken> ObservedAttemptAsync(
        HttpClient client, OptionsSnapshot options, AccessToken? known, int attempt, CancellationToken cancellationToken)
    {
        TokenRequestMeasurement measurement = new(telemetry, options, attempt, timeProvider);
        Task<AcquiredToken> attempting = AttemptAsync(client, options, known, cancellationToken);
        // A listener that throws costs no caller its token.
        await measurement.EndWithAsync(attempting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await attempting.ConfigureAwait(false);
    }

    private async Task<AcquiredToken> AttemptAsync(
        HttpClient client, OptionsSnapshot options, AccessToken? known, CancellationToken cancellationToken)
    {
        TimeSpan limit = options.TokenRequestTimeout / 2;
        using CancellationTokenSource timeout = new(limit, timeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        long issuedAt = timeProvider.GetTimestamp();
        DateTimeOffset now = timeProvider.GetUtcNow();
        try
        {
            TokenResponse response = await SendAsync(client, options, either.Token).ConfigureAwait(false);
            (string value, TimeSpan lifetime) = response.ReadToken(options, known);
            return new AcquiredToken(new AccessToken(value, now + lifetime), issuedAt, lifetime, RenewAfter(lifetime, options, Random.Shared.NextDouble()));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e)
        {
            throw TokenRequestFailure.NoResponse(options, timeout.IsCancellationRequested ? limit : null, e);
        }
        catch (Exception e) when (e is not TokenRequestException)
        {
            throw TokenRequestFailure.Failed(options, known, e);
        }
    }

    /// <summary>The time to the renewal: uniform over the first tenth of the renewal window. <paramref name="jitter"/> is uniform in [0, 1).</summary>
    public static TimeSpan RenewAfter(TimeSpan lifetime, OptionsSnapshot options, double jitter) =>
        lifetime - options.Window(lifetime) + (options.Window(lifetime) * jitter / 10);

    private async Task<TokenResponse> SendAsync(HttpClient client, OptionsSnapshot options, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, options.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", options.BasicValue);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using HttpResponseMessage response = await client
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);

        // A handler that follows redirects sends a GET, or the request goes to a server that isn't configured. Its last request is here.
        if (response.RequestMessage is { } last && (last.RequestUri != options.TokenEndpoint || last.Method != HttpMethod.Post))
        {
            throw TokenRequestFailure.Redirected(options, response.StatusCode);
        }

        return new TokenResponse
        {
            Status = response.StatusCode,
            MediaType = response.Content.Headers.ContentType?.MediaType,
            ContentEncoding = ContentEncoding(response.Content.Headers),
            RetryAfter = RetryAfterHeader.From(response.Headers, timeProvider.GetUtcNow()),
            Body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false),
        };
    }

    // HttpClient's own buffer limit throws an exception that can't be told from a broken connection.
    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1024];
        int length = 0;
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (length < buffer.Length)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                length += read;
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(2 * length, TokenResponse.MaxBodyBytes + 1));
                }
            }
        }

        return buffer.AsMemory(0, length);
    }

    // From the raw headers: .NET's list leaves out what it can't parse, and the body would pass for one that isn't encoded.
    private static string? ContentEncoding(HttpContentHeaders headers) =>
        headers.NonValidated.TryGetValues("Content-Encoding", out HeaderStringValues values)
            ? values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .FirstOrDefault(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            : null;
}
