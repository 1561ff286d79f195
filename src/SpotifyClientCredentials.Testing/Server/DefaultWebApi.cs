using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Responds as Spotify's Web API does to a token that represents no user.</summary>
internal sealed class DefaultWebApi(IssuedTokens issuedTokens, ApiFaults faults)
{
    public const string BasePath = "/v1/";

    public FakeResponse GetResponse(RecordedRequest request, Uri baseAddress, QuotaMode quotaMode)
    {
        string path = request.RequestUri.AbsolutePath;
        if (!path.StartsWith(BasePath, StringComparison.Ordinal))
        {
            return ApiError.NotFound;
        }

        return faults.GetGatewayError()
            ?? BearerCheck.Validate(request, issuedTokens)
            ?? faults.GetRateLimitError(path)
            ?? GetCatalogueResponse(request, path[BasePath.Length..].Split('/'), baseAddress, quotaMode);
    }

    private static FakeResponse GetCatalogueResponse(RecordedRequest request, string[] segments, Uri baseAddress, QuotaMode quotaMode)
    {
        if (WithdrawnEndpoints.GetError(segments, quotaMode) is { } withdrawnError)
        {
            return withdrawnError;
        }

        ApiQuery query = new(request.RequestUri.Query);
        CatalogueContext context = new(baseAddress, quotaMode, query.HasMarket);
        if (new CatalogueEndpoints(context, query).GetResponse(segments) is not { } response)
        {
            return ApiError.NotFound;
        }

        bool reads = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        return reads ? query.ValidateMarket() ?? response : ApiError.MethodNotAllowed;
    }
}
