namespace SpotifyClientCredentials.Internal;

/// <summary>The token client's innermost handler: what a server sends back of the credentials that it was sent reaches no log of .NET's.</summary>
// Microsoft.Extensions.Http logs, inside of every handler that a client can add, exceptions, which quote a malformed status line or header,
// and, in version 8 or where redaction is switched off, the answer's headers.
internal sealed class EchoRedactionHandler(HttpMessageHandler primary) : DelegatingHandler(primary)
{
    public static readonly HttpRequestOptionsKey<SecretRedaction> Redaction = new(nameof(SpotifyClientCredentials));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(Redaction, out SecretRedaction? redaction))
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            redaction.RemoveEchoes(response.Headers);
            redaction.RemoveEchoes(response.Content.Headers);
            return response;
        }
        catch (HttpRequestException e) when (redaction.IsEchoedIn(e.ToString()))
        {
            throw new HttpRequestException(e.HttpRequestError, redaction.Clean(e.Message, maxLength: 256));
        }
    }
}
