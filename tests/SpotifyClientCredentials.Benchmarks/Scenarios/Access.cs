namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>What a contender needs to request tokens and to call the Web API.</summary>
/// <param name="TokenEndpoint">The address for token requests.</param>
/// <param name="ApiBaseAddress">The address that paths of the Web API are relative to.</param>
/// <param name="ClientId">The client ID.</param>
/// <param name="ClientSecret">The client secret.</param>
/// <param name="TokenTransport">Creates the inner handler for token requests.</param>
internal sealed record Access(Uri TokenEndpoint, Uri ApiBaseAddress, string ClientId, string ClientSecret, Func<HttpMessageHandler> TokenTransport)
{
    /// <summary>Creates the inner handler for the Web API. It sends https requests over http, because the policy of Azure.Core accepts only https.</summary>
    public static HttpMessageHandler ApiTransport() => new Downgrading { InnerHandler = new SocketsHttpHandler { UseProxy = false } };

    private sealed class Downgrading : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new UriBuilder(request.RequestUri!) { Scheme = Uri.UriSchemeHttp }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
